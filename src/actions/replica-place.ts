import type { NodeInfo } from '../drivers/driver.ts';
import { resolveNodes } from '../faults/targets.ts';
import type { StreamReading } from '../nats/observer.ts';
import { ChaosError } from '../support/errors.ts';
import type { ActionContext } from './action.ts';
import { peersOf } from './replicas.ts';

/** The one node that an address or a role stands for now. @throws ChaosError for several */
export async function nodeMeant(ctx: ActionContext, address: string): Promise<NodeInfo> {
  const { nodes } = await resolveNodes(ctx, address);
  const node = ctx.nodes.find((one) => one.address === nodes[0]);
  if (!node || nodes.length !== 1) {
    throw new ChaosError('failed', `${address} is ${nodes.join(', ')}; expected one node`);
  }
  return node;
}

/** The nodes of a stream's cluster that could take its replica from `node`. @throws ChaosError without any */
export function demandSpare(
  ctx: ActionContext,
  stream: string,
  node: string,
  before: StreamReading,
): string[] {
  const peers = peersOf(before);
  if (!peers.includes(node)) {
    throw new ChaosError('failed', `${stream} has no replica on ${node}; it has ${peers.join(', ')}`);
  }
  const cluster = stream.split('/')[0] ?? '';
  const spare = ctx.nodes
    .filter((one) => one.cluster === cluster && !peers.includes(one.name))
    .map((one) => one.name);
  if (spare.length > 0) return spare;
  throw new ChaosError(
    'failed',
    `${stream} has a replica on every node of ${cluster}: there is none to take the place of ${node}`,
    { hint: 'give the stream fewer replicas than the cluster has nodes' },
  );
}

/** That the replicas have changed place, as many as before, and that all of them are current. */
export function sightOfPlace(
  ctx: ActionContext,
  stream: string,
  before: StreamReading,
  place: { without: string; with?: string | undefined },
) {
  return {
    look: () => ctx.observer.streamInfo(stream),
    holds: (now: StreamReading) => {
      const peers = peersOf(now);
      return (
        now.leader !== null &&
        peers.length === before.replicas &&
        now.currentReplicas === before.replicas &&
        !peers.includes(place.without) &&
        (place.with === undefined || peers.includes(place.with))
      );
    },
    describe: (now: StreamReading) =>
      `${stream}: replicas on ${peersOf(before).join(', ')} before, on ${peersOf(now).join(', ')} now, ${now.currentReplicas} of them current; last sequence ${before.lastSeq} before, ${now.lastSeq} now`,
  };
}

/** The account that a stream lives in. @throws ChaosError for a stream that nobody declared */
export function accountOf(ctx: ActionContext, stream: string): string {
  const declared = ctx.spec.streams.find((one) => one.address === stream);
  if (!declared) throw new ChaosError('failed', `there is no stream ${stream}`);
  return declared.account;
}
