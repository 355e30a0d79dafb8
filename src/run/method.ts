import type { RunRecord } from '../history/record.ts';
import type { Milliseconds } from '../support/units.ts';
import { runPhase, type PhaseContext } from './phase-runner.ts';

/** Runs the phases, one after the other, until one cannot go on or a safety limit is reached. */
export async function runMethod(ctx: PhaseContext, record: RunRecord): Promise<void> {
  ctx.watch.start();
  try {
    for (const [index, phase] of ctx.plan.phases.entries()) {
      const phaseRecord = record.phases[index];
      if (!phaseRecord || ctx.watch.stopped || ctx.faults.stuck) break;
      if (!(await runPhase(ctx, phase, phaseRecord))) break;
    }
  } catch (error) {
    if (!ctx.watch.caused(error)) throw error;
  } finally {
    ctx.watch.end();
    if (ctx.watch.stopped) record.stopped = ctx.watch.stopped;
  }
}

/**
 * How long the method's last phase has waited for the steady state in vain: what is not there after that time is not
 * waited for a second time.
 *
 * @param lastRemovalAt when the last fault was proven removed; after the phase has begun, its time counts for nothing
 */
export function waitedInVain(
  plans: readonly { until?: unknown }[],
  phases: RunRecord['phases'],
  lastRemovalAt: Milliseconds | undefined,
): Milliseconds {
  const index = phases.findLastIndex((phase) => phase.startedAt !== undefined);
  const last = phases[index];
  if (plans[index]?.until !== 'steady' || last?.outcome !== 'timed-out') return 0;
  const { startedAt = 0, endedAt = startedAt } = last;
  return (lastRemovalAt ?? 0) > startedAt ? 0 : endedAt - startedAt;
}
