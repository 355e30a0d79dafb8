import type { RunEvent } from '../../history/events.ts';
import type { Plan } from '../../plan/plan.ts';
import { workloadFacts } from './workload-facts.ts';

/** What the history of a run says of it first: whoever reads it may have nothing else, if the runner is killed. */
export function runEvent(plan: Plan, runId: string): RunEvent {
  return {
    type: 'run',
    runId,
    experiment: plan.experiment.name,
    streams: plan.spec.streams.map(({ address }) => address),
    workloads: workloadFacts(plan),
    checks: plan.checks,
  };
}
