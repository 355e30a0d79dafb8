import { moveReplica, removePeer } from '../../nats/assets/placement.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action, ActionContext } from '../action.ts';
import { accountOf, nameOf, onStream } from '../on-cluster.ts';
import { resolveNode } from '../targets.ts';
import { demandSpare, observationOfPlace } from './replica-place.ts';
import { peersOf } from '../replicas.ts';
import { observeUntil } from '../observe.ts';

const schema = strictObject(
  {
    kind: Type.Literal('peer-remove'),
    stream: address('stream', 'The stream that loses a replica; it has two or more, and fewer than nodes.'),
    node: address('nodes', 'The one node whose replica is removed, by name or by role.'),
    rejoin: defaulted(
      Type.Boolean({
        description: 'Move the replica that took the place back to the node afterwards.',
      }),
      true,
    ),
    within: defaulted(timeLimit('How long the removal, and the return, may take each.'), '60s'),
  },
  'Removes the replica that a node has of a stream at once, without copying it first; the servers make another one on a node that has none, and it is waited for until it is current.',
);
type Options = Static<typeof schema>;

export const peerRemove: Action<typeof schema> = {
  kind: 'peer-remove',
  summary: 'Removes the replica that a node has of a stream; another node takes its place',
  proof:
    'The stream is asked for its replicas: none is on the node, another node has its place, and all are current; with `rejoin`, the same is observed of the move back.',
  example: '{ kind: peer-remove, stream: qa1a/qa, node: qa1a/qa@follower }',
  schema,
  requires: [],
  title: ({ stream, node, rejoin }: Options) =>
    `remove the replica of ${stream} on ${node}${rejoin ? ' and bring it back' : ''}`,
  async perform(ctx, options) {
    const { stream, within } = options;
    const { name: node } = await resolveNode(ctx, options.node);
    const before = await ctx.observer.streamInfo(stream);
    // Without a spare node releases differ: some refuse; some answer with an error and remove the replica anyway.
    demandSpare(ctx, stream, node, before);
    // Observed on 2.10 to 2.15: the servers remove the replica and put an empty stream in its place.
    if (before.replicas < 2) {
      throw new ChaosError(
        'failed',
        `${stream} has its one replica on ${node}: everything in it would be lost`,
        {
          hint: 'move-stream takes it to another node',
        },
      );
    }
    await onStream(ctx, stream, (connection) => removePeer(connection, nameOf(stream), node));
    const removed = await observeUntil({
      ...observationOfPlace(ctx, stream, before, { without: node }),
      timeoutMs: within,
      signal: ctx.signal,
    });
    return options.rejoin
      ? `${removed}; then ${await bringBack(ctx, options, node, peersOf(before))}`
      : removed;
  },
};

async function bringBack(
  ctx: ActionContext,
  { stream, within }: Options,
  node: string,
  peersBefore: readonly string[],
): Promise<string> {
  const now = await ctx.observer.streamInfo(stream);
  const substitute = peersOf(now).find((peer) => !peersBefore.includes(peer));
  if (substitute === undefined) throw new ChaosError('failed', `no node has taken the place of ${node}`);
  const spare = demandSpare(ctx, stream, substitute, now);
  const request = { account: accountOf(ctx, stream), stream: nameOf(stream), from: substitute, to: node };
  // A move just after a removal can stop half-way; a removal is safe where only this node can take the replica.
  await onStream(ctx, stream, (connection) =>
    spare.length === 1
      ? removePeer(connection, nameOf(stream), substitute)
      : moveReplica(connection, request),
  );
  return await observeUntil({
    ...observationOfPlace(ctx, stream, now, { without: substitute, with: node }),
    timeoutMs: within,
    signal: ctx.signal,
  });
}
