import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('stream-messages'), stream: address('stream', 'The stream to count.') },
  'How many messages a stream holds.',
);

export const streamMessages: Probe<typeof fields> = {
  kind: 'stream-messages',
  summary: 'How many messages a stream holds',
  proof: "The number of messages that the stream's leader reports.",
  example: '{ kind: stream-messages, stream: qa1a/qa, min: 1 }',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.stream,
  bounds: () => ({ min: 0 }),
  read: async (ctx, options) => ({ value: (await ctx.observer.streamInfo(options.stream)).messages }),
};
