import { address, strictObject, Type } from '../support/schema.ts';
import { atMost, type Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('replicas-current'), stream: address('stream', 'The stream.') },
  'How many replicas of a stream are online and current, the leader included.',
);

export const replicasCurrent: Probe<typeof fields> = {
  kind: 'replicas-current',
  summary: 'How many replicas of a stream are online and current, the leader included',
  proof: "The replicas that the stream's leader reports as online and current; the leader itself counts.",
  example: '{ kind: replicas-current, stream: qa1a/qa, equals: 3, within: 20s }',
  unit: 'replicas',
  reads: 'value',
  fields,
  target: (options) => options.stream,
  bounds: (options, around) => atMost(around.replicas(options.stream)),
  read: async (ctx, options) => ({ value: (await ctx.observer.streamInfo(options.stream)).currentReplicas }),
};
