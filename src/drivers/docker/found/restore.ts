import type Docker from 'dockerode';
import { reasonOf, tolerating } from '../calls.ts';
import { containerOf, type Endpoint, type FoundContainer } from './found-container.ts';
import { clearRules, rulesOf } from './namespaces.ts';
import { byAddress, endpointDifferences, type Snapshot } from './snapshot.ts';

/** What was done to have containers as they were found. */
export interface Restored {
  /** In words, one for each thing done; empty when nothing was to do. */
  did: string[];
  /** What is not as it was, in words. */
  left: string[];
}

/**
 * Leaves running containers as they were found: let go, connected with their addresses and names, started. Safe to
 * repeat. What somebody has removed in the meantime is not made again.
 *
 * @param mark of the rules that the run put into the containers' network namespaces
 */
export async function restoreContainers(
  docker: Docker,
  snapshots: readonly Snapshot[],
  mark: string,
): Promise<Restored> {
  const did: string[] = [];
  const left: string[] = [];
  const attempt = async (text: string, call: () => Promise<unknown>): Promise<void> => {
    try {
      await call();
      did.push(text);
    } catch (error) {
      left.push(`${text}: ${reasonOf(error)}`);
    }
  };
  for (const { was, now, paused } of await lookAtAll(docker, snapshots)) {
    if (paused) await attempt(`let ${was.node} go on`, () => docker.getContainer(was.id).unpause());
    if (now.pid > 0 && (await rulesOf(now.pid, mark)).length > 0)
      await attempt(`let packets through to ${was.node} again`, () => clearRules(now.pid, mark));
  }
  for (const { was, endpoint } of missingEndpoints(await lookAtAll(docker, snapshots))) {
    await attempt(`connected ${was.node} to ${endpoint.network}`, () => join(docker, was, endpoint));
  }
  // In the order of their addresses: an engine gives the lowest that is free.
  const down = (await lookAtAll(docker, snapshots)).filter(({ now }) => !now.running);
  for (const { was } of down.sort((a, b) => byAddress(first(a.was), first(b.was)))) {
    await attempt(`started ${was.node}`, () => docker.getContainer(was.id).start());
  }
  did.push(...(await moveBack(docker, snapshots)));
  const after = await lookAtAll(docker, snapshots);
  const different = after.flatMap(({ was, now }) => endpointDifferences(was, now));
  return { did, left: [...left, ...different] };
}

/** Whether any container is not as it was found. */
export async function isDisturbed(
  docker: Docker,
  snapshots: readonly Snapshot[],
  mark: string,
): Promise<boolean> {
  const seen = await lookAtAll(docker, snapshots);
  const ruled = await Promise.all(
    seen.map(async ({ now }) => now.pid > 0 && (await rulesOf(now.pid, mark)).length > 0),
  );
  return (
    ruled.includes(true) ||
    seen.some(({ was, now, paused }) => paused || !now.running || endpointDifferences(was, now).length > 0)
  );
}

/**
 * Gives nodes that came back with other addresses those that they had: all of them leave the network and come back in
 * the order of their addresses.
 *
 * @returns what was done, in words
 */
export async function moveBack(docker: Docker, snapshots: readonly Snapshot[]): Promise<string[]> {
  const moved = (await lookAtAll(docker, snapshots)).flatMap(({ was, now }) =>
    was.endpoints
      .filter(({ network, address }) => {
        const found = now.endpoints.find((one) => one.network === network);
        return found !== undefined && found.address !== '' && found.address !== address;
      })
      .map((endpoint) => ({ was, endpoint })),
  );
  moved.sort((a, b) => byAddress(a.endpoint, b.endpoint));
  for (const { was, endpoint } of moved) await leave(docker, was.id, endpoint.network);
  for (const { was, endpoint } of moved) await join(docker, was, endpoint).catch(() => undefined);
  return moved.map(({ was, endpoint }) => `gave ${was.node} its address in ${endpoint.network} back`);
}

/** Connects a container with the names that it had, and with its address where that was asked for before. */
export async function join(docker: Docker, was: Snapshot, endpoint: Endpoint): Promise<void> {
  const { network, address, aliases, pinned } = endpoint;
  try {
    await docker.getNetwork(network).connect({
      Container: was.id,
      EndpointConfig: { Aliases: aliases, ...(pinned ? { IPAMConfig: { IPv4Address: address } } : {}) },
    });
  } catch (error) {
    if (!/already exists in network|is already attached/.test(reasonOf(error))) throw error;
  }
}

/** Harmless when it is not connected. */
export async function leave(docker: Docker, id: string, network: string): Promise<void> {
  try {
    await docker.getNetwork(network).disconnect({ Container: id, Force: true });
  } catch (error) {
    if (!/is not connected/.test(reasonOf(error))) throw error;
  }
}

interface Look {
  was: Snapshot;
  now: FoundContainer;
  paused: boolean;
}

/** Those that are there still. */
async function lookAtAll(docker: Docker, snapshots: readonly Snapshot[]): Promise<Look[]> {
  const seen = await Promise.all(
    snapshots.map(async (was) => {
      const found = await tolerating([404], docker.getContainer(was.id).inspect());
      return found ? [{ was, now: containerOf(found), paused: found.State.Paused }] : [];
    }),
  );
  return seen.flat();
}

function missingEndpoints(looks: readonly Look[]): { was: Snapshot; endpoint: Endpoint }[] {
  return looks
    .flatMap(({ was, now }) =>
      was.endpoints
        .filter(({ network }) => !now.endpoints.some((one) => one.network === network))
        .map((endpoint) => ({ was, endpoint })),
    )
    .sort((a, b) => byAddress(a.endpoint, b.endpoint));
}

function first({ endpoints }: Snapshot): { address: string } {
  return endpoints[0] ?? { address: '' };
}
