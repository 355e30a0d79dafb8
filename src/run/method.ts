import type { RunRecord } from '../history/record.ts';
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
