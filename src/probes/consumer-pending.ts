import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('consumer-pending'), consumer: address('consumer', 'The consumer.') },
  'Messages that a consumer has still to deliver or to see acknowledged.',
);

export const consumerPending: Probe<typeof fields> = {
  kind: 'consumer-pending',
  summary: 'Messages that a consumer has still to deliver or to see acknowledged',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.consumer,
  async read(ctx, options) {
    const consumer = await ctx.observer.consumerInfo(options.consumer);
    return { value: consumer.pending + consumer.ackPending };
  },
};
