import type { StreamReading } from '../../nats/monitor/observer.ts';
import { ChaosError } from '../../support/errors.ts';
import type { ActionContext } from '../action.ts';
import { LOOKS_AT_MEMBERS, peersOf } from '../replicas.ts';

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

/** Holds once the replicas have changed place, are as many as before, and are all current. */
export function observationOfPlace(
  ctx: ActionContext,
  stream: string,
  before: StreamReading,
  place: { without: string; with?: string | undefined },
) {
  return {
    looks: LOOKS_AT_MEMBERS,
    observe: () => ctx.observer.streamInfo(stream),
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
