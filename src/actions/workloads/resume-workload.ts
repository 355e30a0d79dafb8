import { address, strictObject, Type, type Static } from '../../support/schema.ts';
import type { Action } from '../action.ts';

const schema = strictObject(
  {
    kind: Type.Literal('resume-workload'),
    workload: address('workload', 'The workload to resume.'),
  },
  'Resumes a workload that was paused, by an action or by its own pauseAt.',
);

export const resumeWorkload: Action<typeof schema> = {
  kind: 'resume-workload',
  summary: 'Resumes a workload that an action or its own pauseAt has paused',
  proof:
    'Nothing changes outside the runner, so nothing has to be proven; the timeline shows that the workload went on.',
  example: '{ kind: resume-workload, workload: publish }',
  schema,
  requires: [],
  title: (options: Static<typeof schema>) => `resume ${options.workload}`,
  perform: (ctx, options) => {
    ctx.workload(options.workload).resume();
    return Promise.resolve(undefined);
  },
};
