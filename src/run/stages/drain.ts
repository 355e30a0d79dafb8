import type { PhaseRecord, RunRecord } from '../../history/record.ts';
import { drain as drainWorkloads } from '../drain/drain.ts';
import { waitingBudget } from '../readings/lost-nodes.ts';
import type { RunContext } from '../run-context.ts';
import { goneAssets } from '../gone-assets.ts';

/** Ends the workloads once they have got everything, or their time is up. */
export async function drain(
  run: RunContext,
  phases: readonly PhaseRecord[],
): Promise<Required<Pick<RunRecord, 'drain'>>> {
  const { plan, workloads, timeline } = run;
  run.ticker.entered('drain', null);
  const { observer } = run.system;
  const withinMs = Math.min(plan.drainWithinMs, await waitingBudget(run.driver));
  const { history, signal } = run.ctx;
  const { now } = timeline;
  const drained = await drainWorkloads({
    ...{ plan, workloads, withinMs, observer, history, now, signal },
    goneSince: goneAssets(run, phases),
  });
  timeline.log('workload', drained.note);
  return { drain: drained };
}
