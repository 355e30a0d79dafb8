import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('consumer-pending'), consumer: address('consumer', 'The consumer.') },
  'Messages of a consumer that are not delivered yet, or not acknowledged yet.',
);

export const consumerPending: Probe<typeof fields> = {
  kind: 'consumer-pending',
  summary: 'Messages of a consumer that are not delivered yet, or not acknowledged yet',
  proof:
    "What the consumer's leader reports as not delivered yet, and as delivered and not acknowledged yet.",
  example: '{ kind: consumer-pending, consumer: qa1a/qa/consumer-qa1a, max: 1000 }',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.consumer,
  bounds: () => ({ min: 0 }),
  async read(ctx, options) {
    const consumer = await ctx.observer.consumerInfo(options.consumer);
    return { value: consumer.pending + consumer.ackPending };
  },
};
