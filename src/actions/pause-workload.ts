import { address, strictObject, Type, type Static } from '../support/schema.ts';
import type { Action } from './action.ts';

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
  schema,
  requires: [],
  title: (options: Static<typeof schema>) => `pause ${options.workload}`,
  async perform(ctx, options) {
    await ctx.workload(options.workload).pause();
    return undefined;
  },
};
