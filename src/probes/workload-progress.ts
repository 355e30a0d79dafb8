import { ChaosError } from '../support/errors.ts';
import { address, strictObject, Type } from '../support/schema.ts';
import { atMost, type Probe } from './probe.ts';

const fields = strictObject(
  { kind: Type.Literal('workload-progress'), workload: address('workload', 'The workload.') },
  'How many messages a workload has done: acknowledged by the server when it publishes, processed when it consumes.',
);

export const workloadProgress: Probe<typeof fields> = {
  kind: 'workload-progress',
  summary: 'How many messages a workload has done: published and acknowledged, or processed',
  proof: 'The count of the workload itself: messages acknowledged by the server, or processed.',
  example: '{ kind: workload-progress, workload: publish, advances: true }',
  unit: 'messages',
  reads: 'value',
  fields,
  target: (options) => options.workload,
  bounds: (options, around) => atMost(around.count(options.workload)),
  read(ctx, options) {
    const progress = ctx.progress(options.workload);
    if (!progress) throw new ChaosError('invalid', `there is no workload ${options.workload}`);
    return Promise.resolve({ value: progress.done });
  },
};
