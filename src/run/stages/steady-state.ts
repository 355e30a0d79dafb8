import type { PhaseRecord, RunRecord } from '../../history/record.ts';
import type { Milliseconds } from '../../support/units.ts';
import { undisturbedSince } from '../readings/gone.ts';
import { waitingBudget } from '../readings/lost-nodes.ts';
import { awaitSteady, type SteadyOutcome, type SteadyWait } from '../readings/steady-state.ts';
import type { RunContext } from '../run-context.ts';

/** Waits for the steady state before the method, which is run only if `steady`. */
export async function steadyStateBefore(
  run: RunContext,
): Promise<{ steady: boolean } & Pick<RunRecord, 'steadyStateBefore'>> {
  const { steady, results } = await test(run);
  run.timeline.log(
    'steady-state',
    steady ? 'holds before the method' : 'does not hold; the method is not run',
  );
  return { steady, steadyStateBefore: results };
}

/** Waits for the steady state after the method, less what its last phase has waited for it already. */
export async function steadyStateAfter(
  run: RunContext,
  phases: readonly PhaseRecord[],
): Promise<Pick<RunRecord, 'steadyStateAfter'>> {
  const spentMs = timeSpentWaiting(run.plan.phases, phases, run.faults.lastRemovalAt());
  const heldSince = heldBy(run.plan.phases, phases, run.faults.lastRemovalAt());
  const limitMs = await waitingBudget(run.driver);
  const calmSince = undisturbedSince({
    phases: run.plan.phases,
    records: phases,
    faults: run.faults.records,
  });
  const { steady, results } = await test(run, { spentMs, limitMs, heldSince, undisturbedSince: calmSince });
  run.timeline.log('steady-state', steady ? 'holds after the method' : 'does not hold after the method');
  return { steadyStateAfter: results };
}

const UNSERVED: ReadonlySet<string> = new Set(['no-answer', 'no-leader']);

/**
 * Whether a steady state that held has to be seen once more: as long as the workloads drained, a consumer was not served, or
 * something could not be read back.
 */
export function mayBeLost(
  { drain, steadyStateAfter: after }: Pick<RunRecord, 'drain' | 'steadyStateAfter'>,
  unread: readonly string[],
): boolean {
  const unserved = drain?.undrained?.some(({ outcome }) => UNSERVED.has(outcome)) === true;
  return (
    (unserved || unread.length > 0) && after.length > 0 && after.every(({ outcome }) => outcome === 'met')
  );
}

/** Tests the steady state again: what came back may not have stayed. */
export async function steadyStateStill(run: RunContext): Promise<Pick<RunRecord, 'steadyStateAfter'>> {
  const { steady, results } = await test(run, { limitMs: await waitingBudget(run.driver) });
  run.timeline.log('steady-state', steady ? 'still holds' : 'is lost again');
  return { steadyStateAfter: results };
}

/**
 * From when on the method's last phase has seen the steady state hold, if it ended with that: one more reading that shows
 * it is then enough. Undefined where a fault was removed since.
 */
export function heldBy(
  plans: readonly { until?: unknown }[],
  phases: readonly PhaseRecord[],
  lastRemovalAt: Milliseconds | undefined,
): Milliseconds | undefined {
  const last = phases.at(-1);
  if (plans.at(-1)?.until !== 'steady' || last?.outcome !== 'completed') return undefined;
  const { endedAt = 0, recovery } = last;
  return (lastRemovalAt ?? 0) > endedAt ? undefined : recovery?.steadyAt;
}

/**
 * How long the method's last phase has waited for the steady state until it timed out: what did not come back in that
 * time is not waited for a second time.
 *
 * @param lastRemovalAt when the last fault was proven removed; after the phase has begun, its time counts for nothing
 */
export function timeSpentWaiting(
  plans: readonly { until?: unknown }[],
  phases: readonly PhaseRecord[],
  lastRemovalAt: Milliseconds | undefined,
): Milliseconds {
  const index = phases.findLastIndex((phase) => phase.startedAt !== undefined);
  const last = phases[index];
  if (plans[index]?.until !== 'steady' || last?.outcome !== 'timed-out') return 0;
  const { startedAt = 0, endedAt = startedAt } = last;
  return (lastRemovalAt ?? 0) > startedAt ? 0 : endedAt - startedAt;
}

function test(
  { plan, sampler, timeline, ctx }: RunContext,
  time: Pick<SteadyWait, 'limitMs' | 'spentMs' | 'heldSince' | 'undisturbedSince'> = {},
): Promise<SteadyOutcome> {
  const { steadyState: expectations } = plan;
  return awaitSteady({ expectations, sampler, now: timeline.now, signal: ctx.signal, ...time });
}
