import { moveReplica } from '../../nats/assets/placement.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { accountOf, nameOf, onStream } from '../on-cluster.ts';
import { resolveNode } from '../targets.ts';
import { demandSpare, observationOfPlace } from './replica-place.ts';
import { observeUntil } from '../observe.ts';

const schema = strictObject(
  {
    kind: Type.Literal('move-stream'),
    stream: address('stream', 'The stream that moves.'),
    from: address('nodes', 'The one node that gives its replica away, by name or by role.'),
    to: Type.Optional(
      address('node', 'The node of the same cluster that takes it; left out: the servers choose.'),
    ),
    within: defaulted(timeLimit('How long the move may take, the copying included.'), '60s'),
  },
  'Moves one replica of a stream to a node of its cluster that has none, as `nats server stream-move` does, and waits until every replica is current.',
);
type Options = Static<typeof schema>;

export const moveStream: Action<typeof schema> = {
  kind: 'move-stream',
  summary: 'Moves a replica of a stream to another node of its cluster',
  proof:
    'The stream is asked for its replicas: none is on the node that gave one away, all are current, and the last sequence is not lower than before.',
  example: '{ kind: move-stream, stream: qa1a/qa, from: qa1a/qa@follower }',
  schema,
  requires: [],
  title: ({ stream, from, to }: Options) =>
    `move ${stream} from ${from}${to === undefined ? '' : ` to ${to}`}`,
  async perform(ctx, options) {
    const { stream } = options;
    const { name: from } = await resolveNode(ctx, options.from);
    const to = options.to === undefined ? undefined : (await resolveNode(ctx, options.to)).name;
    const before = await ctx.observer.streamInfo(stream);
    const spare = demandSpare(ctx, stream, from, before);
    if (to !== undefined && !spare.includes(to)) {
      throw new ChaosError('failed', `${stream} cannot move to ${to}; free for it: ${spare.join(', ')}`);
    }
    const request = { account: accountOf(ctx, stream), stream: nameOf(stream), from };
    await onStream(ctx, stream, (connection) =>
      moveReplica(connection, to === undefined ? request : { ...request, to }),
    );
    return observeUntil({
      ...observationOfPlace(ctx, stream, before, { without: from, with: to }),
      timeoutMs: options.within,
      signal: ctx.signal,
    });
  },
};
