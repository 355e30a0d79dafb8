import { setReplicas } from '../../nats/assets/administer.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { nameOf, onStream } from '../on-cluster.ts';
import { observationOfReplicas } from '../replicas.ts';
import { observeUntil } from '../observe.ts';

const schema = strictObject(
  {
    kind: Type.Literal('scale-replicas'),
    stream: address('stream', 'The stream to scale.'),
    replicas: Type.Integer({ minimum: 1, maximum: 5, description: 'How many replicas it has from now on.' }),
    within: defaulted(timeLimit('How long the replicas may take to be current.'), '60s'),
  },
  'Changes how many replicas a stream has, and waits until that many are current.',
);
type Options = Static<typeof schema>;

export const scaleReplicas: Action<typeof schema> = {
  kind: 'scale-replicas',
  summary: 'Changes how many replicas a stream has',
  proof: 'The stream is asked for its replicas: as many are declared and current as were asked for.',
  example: '{ kind: scale-replicas, stream: qa1a/qa, replicas: 1 }',
  schema,
  requires: [],
  title: ({ stream, replicas }: Options) =>
    `scale ${stream} to ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`,
  async perform(ctx, { stream, replicas, within }) {
    const before = await ctx.observer.streamInfo(stream);
    if (before.replicas === replicas) {
      throw new ChaosError('failed', `${stream} has ${replicas} replicas already`);
    }
    await onStream(ctx, stream, (connection) => setReplicas(connection, nameOf(stream), replicas));
    return observeUntil({
      ...observationOfReplicas(ctx, stream, replicas, before),
      timeoutMs: within,
      signal: ctx.signal,
    });
  },
};
