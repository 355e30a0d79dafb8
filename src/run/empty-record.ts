import type { PhaseRecord, RunRecord } from '../history/record.ts';
import type { Plan } from '../plan/plan.ts';
import type { ExecuteContext } from './execute-context.ts';

/** The record of a run in which nothing has happened yet. */
export function emptyRecord(plan: Plan, ctx: Pick<ExecuteContext, 'runId' | 'clock' | 'random'>): RunRecord {
  const phases: PhaseRecord[] = plan.phases.map(({ name }) => ({
    name,
    outcome: 'not-run',
    actions: [],
    expectations: [],
  }));
  const now = ctx.clock.now().toISOString();
  return {
    runId: ctx.runId,
    seed: ctx.random.seed,
    driver: plan.driver,
    startedAt: now,
    endedAt: now,
    durationMs: 0,
    versions: {},
    topology: { clusters: [], links: [], streams: [] },
    steadyStateBefore: [],
    steadyStateAfter: [],
    phases,
    faults: [],
    workloads: [],
    probes: [],
    guard: { checks: 0, bypasses: [] },
    timeline: [],
    unclean: [],
  };
}
