import { removePeer, setReplicas } from '../nats/administer.ts';
import type { StreamReading } from '../nats/observer.ts';
import { resolveNodes } from '../faults/targets.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action, ActionContext } from './action.ts';
import { nameOf, onStream } from './on-cluster.ts';
import { peersOf, sightOfReplicas } from './replicas.ts';
import { see } from './see.ts';

const schema = strictObject(
  {
    kind: Type.Literal('peer-remove'),
    stream: address('stream', 'The stream that loses a replica.'),
    node: address('nodes', 'The one node whose replica is removed, by name or by role.'),
    rejoin: defaulted(
      Type.Boolean({
        description:
          'Bring the stream back to its replicas when no other node has taken the place, and wait until they are current.',
      }),
      true,
    ),
    within: defaulted(duration('How long the removal, and the return, may take each.'), '60s'),
  },
  'Removes the replica that a node has of a stream. Newer servers (2.15) do so only when another node can take its place.',
);
type Options = Static<typeof schema>;

export const peerRemove: Action<typeof schema> = {
  kind: 'peer-remove',
  summary: 'Removes the replica that a node has of a stream, and brings one back',
  schema,
  requires: [],
  title: ({ stream, node }: Options) => `remove the replica of ${stream} on ${node}`,
  async perform(ctx, options) {
    const { stream, rejoin, within } = options;
    const peer = await peerMeant(ctx, options.node);
    const before = await ctx.observer.streamInfo(stream);
    if (!peersOf(before).includes(peer)) {
      throw new ChaosError(
        'failed',
        `${stream} has no replica on ${peer}; it has ${peersOf(before).join(', ')}`,
      );
    }
    await onStream(ctx, stream, (connection) => removePeer(connection, nameOf(stream), peer));
    const removed = await see({
      look: () => ctx.observer.streamInfo(stream),
      holds: (now) => now.leader !== null && !peersOf(now).includes(peer),
      describe: (now) =>
        `${stream}: replicas on ${peersOf(before).join(', ')} before, on ${peersOf(now).join(', ')} now`,
      timeoutMs: within,
      signal: ctx.signal,
    });
    return rejoin ? `${removed}; then ${await rejoined(ctx, options, before)}` : removed;
  },
};

async function peerMeant(ctx: ActionContext, address: string): Promise<string> {
  const { nodes } = await resolveNodes(ctx, address);
  const node = ctx.nodes.find((one) => one.address === nodes[0]);
  if (!node || nodes.length !== 1) {
    throw new ChaosError('failed', `${address} is ${nodes.join(', ')}: expected one node`);
  }
  return node.name;
}

/** A server that is asked for the replicas that it has already declared does nothing, so they are lowered first. */
async function rejoined(
  ctx: ActionContext,
  { stream, within }: Options,
  before: StreamReading,
): Promise<string> {
  const now = await ctx.observer.streamInfo(stream);
  const left = peersOf(now).length;
  const wait = { timeoutMs: within, signal: ctx.signal };
  if (left < before.replicas) {
    const set = (replicas: number): Promise<void> =>
      onStream(ctx, stream, (connection) => setReplicas(connection, nameOf(stream), replicas));
    await set(left);
    await see({ ...sightOfReplicas(ctx, stream, left, now), ...wait });
    await set(before.replicas);
  }
  return see({ ...sightOfReplicas(ctx, stream, before.replicas, now), ...wait });
}
