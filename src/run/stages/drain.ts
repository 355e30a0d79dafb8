import type { PhaseRecord, RunRecord } from '../../history/record.ts';
import { drain as drainWorkloads } from '../drain/drain.ts';
import { assetGoneSince, undisturbedSince } from '../readings/gone.ts';
import { waitingBudget } from '../readings/lost-nodes.ts';
import type { RunContext } from '../run-context.ts';

/** Ends the workloads once they have got everything, or their time is up. */
export async function drain(
  run: RunContext,
  phases: readonly PhaseRecord[],
): Promise<Required<Pick<RunRecord, 'drain'>>> {
  const { plan, workloads, timeline, sampler, faults } = run;
  run.ticker.entered('drain', null);
  const { observer } = run.system;
  const withinMs = Math.min(plan.drainWithinMs, await waitingBudget(run.driver));
  const { history, signal } = run.ctx;
  const { now } = timeline;
  const from = undisturbedSince({ phases: plan.phases, records: phases, faults: faults.records });
  const readings = { probes: plan.probes, samples: (probe: string) => sampler.samples(probe) };
  const drained = await drainWorkloads({
    ...{ plan, workloads, withinMs, observer, history, now, signal },
    goneSince: (address) => assetGoneSince(readings, address, from),
  });
  timeline.log('workload', drained.note);
  return { drain: drained };
}
