import { updateConsumer as update } from '../../nats/assets/administer.ts';
import { changesSchema, CONSUMER_CHANGES } from '../../nats/assets/changeable.ts';
import { consumerIdentity, says } from '../../nats/assets/identity.ts';
import { consumerConfig } from '../../nats/assets/settings/config.ts';
import { ChaosError } from '../../support/errors.ts';
import { address, defaulted, strictObject, timeLimit, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';
import { onStream } from '../on-cluster.ts';
import { observeUntil } from '../observe.ts';
import { differences, known, setText } from './settings.ts';

const schema = strictObject(
  {
    kind: Type.Literal('update-consumer'),
    consumer: address('consumer', 'The consumer to change.'),
    set: changesSchema(CONSUMER_CHANGES, 'The settings to change, as an environment writes them.'),
    within: defaulted(timeLimit('How long it may take until the consumer reports the change.'), '30s'),
  },
  'Changes settings of a consumer while it is used. After a new `filter`, a no-loss check of it can no longer tell what it should have got, and is inconclusive where something is missing.',
);
type Options = Static<typeof schema>;

export const updateConsumer: Action<typeof schema> = {
  kind: 'update-consumer',
  summary: 'Changes settings of a consumer: ackWait, maxAckPending, filter, replicas and others',
  proof:
    'The leader of the consumer is asked for its configuration: it says what was set, and it is the same consumer as before.',
  example: '{ kind: update-consumer, consumer: qa1a/qa/consumer-qa1a, set: { ackWait: 5s } }',
  schema,
  requires: [],
  title: ({ consumer, set }: Options) => `set ${setText(CONSUMER_CHANGES, set)} of ${consumer}`,
  perform(ctx, { consumer, set, within }) {
    const [, stream = '', name = ''] = consumer.split('/');
    const wanted = consumerConfig(set);
    return onStream(ctx, consumer, async (connection) => {
      const read = () => consumerIdentity(connection, stream, name);
      const before = await known(ctx, consumer, read);
      if (says(before.config, wanted)) {
        throw new ChaosError('failed', `${consumer} has ${setText(CONSUMER_CHANGES, set)} already`);
      }
      if ('filter' in set || 'filters' in set)
        ctx.noteChange({ asset: consumer, action: 'update-consumer', refiltered: true });
      await update(connection, stream, name, wanted);
      return observeUntil({
        observe: read,
        holds: (now) => now !== null && now.created === before.created && says(now.config, wanted),
        describe: (now) =>
          now === null
            ? `${consumer} is gone`
            : `${consumer}: ${differences(before.config, now.config, wanted)}; ${now.created === before.created ? 'the consumer of before' : 'another consumer than before'}`,
        timeoutMs: within,
        signal: ctx.signal,
      });
    });
  },
};
