import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';

const schema = strictObject(
  {
    kind: Type.Literal('pause-workload'),
    workload: address('workload', 'The workload to pause.'),
  },
  'Pauses a workload: what is in flight is finished, nothing new is begun.',
);

export const pauseWorkload: Action<typeof schema> = {
  kind: 'pause-workload',
  summary: 'Pauses a workload; what is in flight is finished first',
  proof:
    'Nothing changes outside the runner, so nothing has to be proven; the timeline shows that the workload stood still.',
  example: '{ kind: pause-workload, workload: publish }',
  schema,
  requires: [],
  title: (options: Static<typeof schema>) => `pause ${options.workload}`,
  async perform(ctx, options) {
    await ctx.workload(options.workload).pause();
    return undefined;
  },
};
