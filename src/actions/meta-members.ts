import type { NodeInfo } from '../drivers/driver.ts';
import { gatewayPeers } from '../drivers/spec.ts';
import { removeServer } from '../nats/assets/placement.ts';
import { withConnection } from '../nats/connect.ts';
import { readMetaPeers, type MetaPeers } from '../nats/monitor/meta-group.ts';
import { ChaosError } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { ActionContext } from './action.ts';
import { systemName } from './on-cluster.ts';
import { observeUntil } from './observe.ts';

/** Time for an election, if the removed node led the meta group, and for the new leader to list its peers. */
const REMOVAL_MS = 60_000;
/** With three nodes or more, the others are a majority while one is down. */
const LEAST_NODES = 3;

/**
 * The other members of a node's meta group that are in it now.
 *
 * @throws ChaosError when they are no majority without it
 */
export function othersInGroup(ctx: ActionContext, node: NodeInfo): NodeInfo[] {
  // In a super-cluster one meta group spans all clusters, and a node of another one may lead it.
  const clusters = [node.cluster, ...gatewayPeers(ctx.spec.links, node.cluster)];
  const others = ctx.nodes.filter(
    (one) => clusters.includes(one.cluster) && one !== node && !ctx.takenOut.has(one.address),
  );
  if (others.length + 1 < LEAST_NODES) {
    throw new ChaosError('failed', `${node.cluster} has no majority without ${node.name}`);
  }
  return others;
}

/** Removes a stopped node from its meta group. @returns the proof in words */
export function removeFromGroup(
  ctx: ActionContext,
  node: NodeInfo,
  others: readonly NodeInfo[],
): Promise<string> {
  const servers = others.map(({ client }) => client);
  return withConnection(ctx.driver.connect(servers, systemName(ctx), 'nats-chaos/action'), (connection) =>
    observeUntil({
      observe: async () => {
        const group = await metaPeersOf(others);
        if (group?.peers.includes(node.name) === true) await removeServer(connection, node.name);
        return group;
      },
      holds: (group) => hasForgotten(group, node, others),
      describe: (group) => `while ${node.name} was stopped, ${describe(group)}`,
      timeoutMs: REMOVAL_MS,
      signal: ctx.signal,
    }),
  );
}

/** A new leader names only itself for a moment, so a missing name counts only when all the others are named. */
export function hasForgotten(
  group: Pick<MetaPeers, 'peers'> | null,
  node: Pick<NodeInfo, 'name'>,
  others: readonly Pick<NodeInfo, 'name'>[],
): boolean {
  return group !== null && !group.peers.includes(node.name) && namesAll(group, others);
}

/** For the same reason a name that is there counts only beside all the others; of those, one may be down just then. */
export function isMember(
  group: Pick<MetaPeers, 'peers' | 'current'> | null,
  node: Pick<NodeInfo, 'name'>,
  others: readonly Pick<NodeInfo, 'name'>[],
): boolean {
  return group !== null && group.current.includes(node.name) && namesAll(group, others);
}

function namesAll({ peers }: Pick<MetaPeers, 'peers'>, nodes: readonly Pick<NodeInfo, 'name'>[]): boolean {
  return nodes.every(({ name }) => peers.includes(name));
}

/** Waits until a node is a current member of its meta group, and healthy. @returns the proof in words */
export function waitForMembership(
  ctx: ActionContext,
  node: NodeInfo,
  others: readonly NodeInfo[],
  { within }: { within: Milliseconds },
): Promise<string> {
  return observeUntil({
    observe: async () => ({
      group: await metaPeersOf([...others, node]),
      healthy: await ctx.observer.healthy(node.address),
    }),
    holds: ({ group, healthy }) => healthy && isMember(group, node, others),
    describe: ({ group, healthy }) =>
      `${describe(group)}, and ${node.name} is ${healthy ? 'healthy' : 'not healthy'}`,
    timeoutMs: within,
    signal: ctx.signal,
  });
}

/** As the leader of the meta group reports it; null without a leader. */
export async function metaPeersOf(nodes: readonly NodeInfo[]): Promise<MetaPeers | null> {
  const readings = await Promise.all(
    nodes.map(({ monitor, name }) => readMetaPeers(monitor, name).catch(() => null)),
  );
  return readings.find((reading) => reading !== null) ?? null;
}

function describe(group: MetaPeers | null): string {
  if (group === null) return 'nobody led the meta group';
  return `the meta group was ${group.peers.join(', ')} (${group.current.join(', ')} current)`;
}
