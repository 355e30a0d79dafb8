import type Docker from 'dockerode';
import { engineCall } from '../engine/calls.ts';
import type { NetworkMembers } from './cut-plan.ts';
import type { Snapshot } from './snapshot.ts';

/** The original networks of containers, and which other containers are in them now. */
export function networkMembers(docker: Docker, snapshots: readonly Snapshot[]): Promise<NetworkMembers[]> {
  const names = new Set(snapshots.flatMap(({ endpoints }) => endpoints.map(({ network }) => network)));
  return Promise.all([...names].map((name) => membersOf(docker, name, snapshots)));
}

async function membersOf(
  docker: Docker,
  name: string,
  snapshots: readonly Snapshot[],
): Promise<NetworkMembers> {
  const seen = (await engineCall(`looking at the network ${name}`, docker.getNetwork(name).inspect())) as {
    Internal: boolean;
    Containers?: Record<string, { Name: string }> | null;
  };
  const others = Object.entries(seen.Containers ?? {}).filter(
    ([id]) => !snapshots.some((one) => one.id === id),
  );
  const nodes = snapshots.flatMap(({ node, endpoints }) => {
    const endpoint = endpoints.find(({ network }) => network === name);
    return endpoint ? [[node, { pinned: endpoint.pinned }] as const] : [];
  });
  return {
    name,
    internal: seen.Internal,
    nodes: new Map(nodes),
    others: others.map(([, { Name: other }]) => other),
  };
}
