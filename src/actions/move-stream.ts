import { moveReplica } from '../nats/placement.ts';
import { ChaosError } from '../support/errors.ts';
import { address, defaulted, duration, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action } from './action.ts';
import { nameOf, onStream } from './on-cluster.ts';
import { accountOf, demandSpare, nodeMeant, sightOfPlace } from './replica-place.ts';
import { see } from './see.ts';

const schema = strictObject(
  {
    kind: Type.Literal('move-stream'),
    stream: address('stream', 'The stream that moves.'),
    from: address('nodes', 'The one node that gives its replica away, by name or by role.'),
    to: Type.Optional(
      address('node', 'The node of the same cluster that takes it; left out: the servers choose.'),
    ),
    within: defaulted(duration('How long the move may take, the copying included.'), '60s'),
  },
  'Moves one replica of a stream to a node of its cluster that has none, as `nats server stream-move` does, and waits until every replica is current.',
);
type Options = Static<typeof schema>;

export const moveStream: Action<typeof schema> = {
  kind: 'move-stream',
  summary: 'Moves a replica of a stream to another node of its cluster',
  schema,
  requires: [],
  title: ({ stream, from, to }: Options) =>
    `move ${stream} from ${from}${to === undefined ? '' : ` to ${to}`}`,
  async perform(ctx, options) {
    const { stream } = options;
    const { name: from } = await nodeMeant(ctx, options.from);
    const to = options.to === undefined ? undefined : (await nodeMeant(ctx, options.to)).name;
    const before = await ctx.observer.streamInfo(stream);
    const spare = demandSpare(ctx, stream, from, before);
    if (to !== undefined && !spare.includes(to)) {
      throw new ChaosError('failed', `${stream} cannot move to ${to}; free for it: ${spare.join(', ')}`);
    }
    const request = { account: accountOf(ctx, stream), stream: nameOf(stream), from };
    await onStream(ctx, stream, (connection) =>
      moveReplica(connection, to === undefined ? request : { ...request, to }),
    );
    return see({
      ...sightOfPlace(ctx, stream, before, { without: from, with: to }),
      timeoutMs: options.within,
      signal: ctx.signal,
    });
  },
};
