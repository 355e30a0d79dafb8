import { moveReplica, removePeer } from '../nats/placement.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { nameOf, onStream } from './on-cluster.ts';
import { accountOf, demandSpare, nodeMeant, sightOfPlace } from './replica-place.ts';
import { peersOf } from './replicas.ts';
import { see } from './see.ts';

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
    within: defaulted(duration('How long the removal, and the return, may take each.'), '60s'),
  },
  'Removes the replica that a node has of a stream at once, without copying it first; the servers make another one on a node that has none, and it is waited for until it is current.',
);
type Options = Static<typeof schema>;

export const peerRemove: Action<typeof schema> = {
  kind: 'peer-remove',
  summary: 'Removes the replica that a node has of a stream; another node takes its place',
  schema,
  requires: [],
  title: ({ stream, node, rejoin }: Options) =>
    `remove the replica of ${stream} on ${node}${rejoin ? ' and bring it back' : ''}`,
  async perform(ctx, options) {
    const { stream, within } = options;
    const { name: node } = await nodeMeant(ctx, options.node);
    const before = await ctx.observer.streamInfo(stream);
    // Without a spare node, releases differ: some refuse, and some refuse in words and remove it all the same.
    demandSpare(ctx, stream, node, before);
    // Seen on 2.10 to 2.15: the servers remove it, and make an empty stream in its place.
    if (before.replicas < 2) {
      throw new ChaosError('failed', `${stream} has its one replica on ${node}: all that it holds would go`, {
        hint: 'move-stream takes it to another node',
      });
    }
    await onStream(ctx, stream, (connection) => removePeer(connection, nameOf(stream), node));
    const removed = await see({
      ...sightOfPlace(ctx, stream, before, { without: node }),
      timeoutMs: within,
      signal: ctx.signal,
    });
    return options.rejoin
      ? `${removed}; then ${await broughtBack(ctx, options, node, peersOf(before))}`
      : removed;
  },
};

async function broughtBack(
  ctx: ActionContext,
  { stream, within }: Options,
  node: string,
  peersBefore: readonly string[],
): Promise<string> {
  const now = await ctx.observer.streamInfo(stream);
  const substitute = peersOf(now).find((peer) => !peersBefore.includes(peer));
  if (substitute === undefined) throw new ChaosError('failed', `nobody has taken the place of ${node}`);
  const spare = demandSpare(ctx, stream, substitute, now);
  const request = { account: accountOf(ctx, stream), stream: nameOf(stream), from: substitute, to: node };
  // Where nobody else can take the place, it is made free: a move just after a removal has been seen to stop half-way.
  await onStream(ctx, stream, (connection) =>
    spare.length === 1
      ? removePeer(connection, nameOf(stream), substitute)
      : moveReplica(connection, request),
  );
  return await see({
    ...sightOfPlace(ctx, stream, now, { without: substitute, with: node }),
    timeoutMs: within,
    signal: ctx.signal,
  });
}
