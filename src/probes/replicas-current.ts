import { address, strictObject, Type } from '../support/schema.ts';
import type { Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('replicas-current'), stream: address('stream', 'The stream.') },
  'How many replicas of a stream are online and current, the leader included.',
);

export const replicasCurrent: Probe<typeof fields> = {
  kind: 'replicas-current',
  summary: 'How many replicas of a stream are online and current, the leader included',
  unit: 'replicas',
  reads: 'value',
  fields,
  target: (options) => options.stream,
  read: async (ctx, options) => ({ value: (await ctx.observer.streamInfo(options.stream)).currentReplicas }),
};
