import type { Access } from '../../nats/connect.ts';
import { serverAt, serverMonitoredAt } from '../../nats/monitor/identify.ts';
import type { DiscoveredSystem, DiscoveredUser } from '../model.ts';
import { distinct, reach } from './reach.ts';
import { readServers } from './read-servers.ts';
import { systemOf } from './system-of.ts';

export interface LiveOptions {
  /** `host:port` of clients, or `http://host:port` of monitoring endpoints. */
  addresses: readonly string[];
  access: Access;
  /** How the user that connects is written in the environment; left out: it needs no login. */
  user?: DiscoveredUser;
  signal: AbortSignal;
}

/**
 * What runs at these addresses. Only reads: the questions of the system account, greetings and monitoring endpoints.
 *
 * @throws ChaosError `unavailable` for an address where nobody answers
 */
export async function discoverServers({
  addresses,
  access,
  user,
  signal,
}: LiveOptions): Promise<DiscoveredSystem> {
  const { readings, identity, notes } = await readServers(addresses, access, signal);
  const system = systemOf(readings);
  const given = addresses.filter((address) => !/^https?:/.test(address));
  const prober = { client: cached(serverAt), monitor: cached(serverMonitoredAt) };
  const monitors = addresses
    .filter((address) => /^https?:/.test(address))
    .map((one) => one.replace(/\/+$/, ''));
  const nodes = new Map(
    await Promise.all(
      readings.map(async (reading) => {
        const node = await reach(reading, readings, given, prober, monitors);
        return [reading.server.name, node] as const;
      }),
    ),
  );
  for (const cluster of system.clusters)
    cluster.nodes = cluster.nodes.map((node) => nodes.get(node.name) ?? node);
  distinct(system.clusters.flatMap(({ nodes }) => nodes));
  if (user !== undefined) {
    const own = system.accounts.find(({ name, remark, system }) =>
      identity.account === null ? system : name === identity.account || remark === identity.account,
    );
    own?.users.push(user);
  }
  return { ...system, notes: [...notes, ...system.notes] };
}

/** Asks at each address once: several servers may be looked for at the same. */
function cached(
  ask: (address: string) => Promise<string | null>,
): (address: string) => Promise<string | null> {
  const asked = new Map<string, Promise<string | null>>();
  return (address) => {
    const answer = asked.get(address) ?? ask(address);
    asked.set(address, answer);
    return answer;
  };
}
