import type Docker from 'dockerode';
import { reasonOf, tolerating } from '../engine/calls.ts';
import { containerOf, type Endpoint, type AttachedContainer } from './attached-container.ts';
import { clearRules, rulesOf } from '../engine/namespaces.ts';
import { byAddress, endpointDifferences, type Snapshot } from './snapshot.ts';

/** The result of a restoration. */
export interface Restored {
  /** What was done, in words; empty when nothing had to be done. */
  did: string[];
  /** What is not restored, in words. */
  left: string[];
}

/**
 * Restores containers to their original state: resumed, connected with their addresses and names, started. Safe to
 * repeat. A container that was removed in the meantime is not made again.
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
  for (const { was, now, paused } of await observeAll(docker, snapshots)) {
    if (paused) await attempt(`let ${was.node} go on`, () => docker.getContainer(was.id).unpause());
    if (now.pid > 0 && (await rulesOf(now.pid, mark)).length > 0)
      await attempt(`let packets through to ${was.node} again`, () => clearRules(now.pid, mark));
  }
  for (const { was, endpoint } of missingEndpoints(await observeAll(docker, snapshots))) {
    await attempt(`connected ${was.node} to ${endpoint.network}`, () => connectTo(docker, was, endpoint));
  }
  // In the order of their addresses: an engine gives the lowest that is free.
  const down = (await observeAll(docker, snapshots)).filter(({ now }) => !now.running);
  for (const { was } of down.sort((a, b) => byAddress(first(a.was), first(b.was)))) {
    await attempt(`started ${was.node}`, () => docker.getContainer(was.id).start());
  }
  did.push(...(await moveBack(docker, snapshots)));
  const after = await observeAll(docker, snapshots);
  const different = after.flatMap(({ was, now }) => endpointDifferences(was, now));
  return { did, left: [...left, ...different] };
}

/** Whether any container is not in its original state. */
export async function isDisturbed(
  docker: Docker,
  snapshots: readonly Snapshot[],
  mark: string,
): Promise<boolean> {
  const seen = await observeAll(docker, snapshots);
  const ruled = await Promise.all(
    seen.map(async ({ now }) => now.pid > 0 && (await rulesOf(now.pid, mark)).length > 0),
  );
  return (
    ruled.includes(true) ||
    seen.some(({ was, now, paused }) => paused || !now.running || endpointDifferences(was, now).length > 0)
  );
}

/**
 * Gives nodes that restarted with other addresses their old ones: all of them are disconnected from the network, and
 * connected again in the order of their addresses.
 *
 * @returns what was done, in words
 */
export async function moveBack(docker: Docker, snapshots: readonly Snapshot[]): Promise<string[]> {
  const moved = (await observeAll(docker, snapshots)).flatMap(({ was, now }) =>
    was.endpoints
      .filter(({ network, address }) => {
        const found = now.endpoints.find((one) => one.network === network);
        return found !== undefined && found.address !== '' && found.address !== address;
      })
      .map((endpoint) => ({ was, endpoint })),
  );
  moved.sort((a, b) => byAddress(a.endpoint, b.endpoint));
  for (const { was, endpoint } of moved) await disconnectFrom(docker, was.id, endpoint.network);
  for (const { was, endpoint } of moved) await connectTo(docker, was, endpoint).catch(() => undefined);
  return moved.map(({ was, endpoint }) => `gave ${was.node} its address in ${endpoint.network} back`);
}

/** Connects a container with its original names, and with its address if that was fixed. */
export async function connectTo(docker: Docker, was: Snapshot, endpoint: Endpoint): Promise<void> {
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
export async function disconnectFrom(docker: Docker, id: string, network: string): Promise<void> {
  try {
    await docker.getNetwork(network).disconnect({ Container: id, Force: true });
  } catch (error) {
    if (!/is not connected/.test(reasonOf(error))) throw error;
  }
}

interface ContainerObservation {
  was: Snapshot;
  now: AttachedContainer;
  paused: boolean;
}

/** Observes the containers that still exist. */
async function observeAll(docker: Docker, snapshots: readonly Snapshot[]): Promise<ContainerObservation[]> {
  const seen = await Promise.all(
    snapshots.map(async (was) => {
      const found = await tolerating([404], docker.getContainer(was.id).inspect());
      return found ? [{ was, now: containerOf(found), paused: found.State.Paused }] : [];
    }),
  );
  return seen.flat();
}

function missingEndpoints(
  observations: readonly ContainerObservation[],
): { was: Snapshot; endpoint: Endpoint }[] {
  return observations
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
