import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('stream-messages'), stream: address('stream', 'The stream to count.') },
  'How many messages a stream holds.',
);

export const streamMessages: Probe<typeof fields> = {
  kind: 'stream-messages',
  summary: 'How many messages a stream holds',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.stream,
  read: async (ctx, options) => ({ value: (await ctx.observer.streamInfo(options.stream)).messages }),
};
