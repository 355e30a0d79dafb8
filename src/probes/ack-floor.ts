import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('ack-floor'), consumer: address('consumer', 'The consumer.') },
  'The stream sequence up to which a consumer has had everything acknowledged.',
);

export const ackFloor: Probe<typeof fields> = {
  kind: 'ack-floor',
  summary: 'The stream sequence up to which a consumer has had everything acknowledged',
  proof: "The acknowledgement floor that the consumer's leader reports, as a sequence of the stream.",
  example: '{ kind: ack-floor, consumer: qa1a/qa/consumer-qa1a, grows: true }',
  unit: 'sequence',
  reads: 'value',
  fields,
  target: (options) => options.consumer,
  bounds: () => ({ min: 0 }),
  read: async (ctx, options) => ({ value: (await ctx.observer.consumerInfo(options.consumer)).ackFloor }),
};
