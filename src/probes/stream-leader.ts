import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('stream-leader'), stream: address('stream', 'The stream.') },
  "The node that leads a stream: the node's name, or `none`.",
);

export const streamLeader: Probe<typeof fields> = {
  kind: 'stream-leader',
  summary: "The node that leads a stream: the node's name, or `none`",
  proof: 'The leader that the servers name for the stream.',
  example: '{ kind: stream-leader, stream: qa1a/qa, is: js1-qa1a }',
  unit: 'node',
  reads: 'state',
  fields,
  target: (options) => options.stream,
  read: async (ctx, options) => ({ state: (await ctx.observer.streamLeader(options.stream)) ?? 'none' }),
};
