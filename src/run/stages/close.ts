import type { RunRecord } from '../../history/record.ts';
import { signalAfter } from '../../support/deadline.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Undoes what is still in force, and ends the workloads, the readings and the watches, however the stages before it ended.
 *
 * @param isGivenUp whether a second undo failed a moment ago, so that a third would fail too
 */
export async function close(
  run: RunContext,
  isGivenUp: boolean,
): Promise<Pick<RunRecord, 'workloads' | 'probes' | 'sampling'>> {
  const { plan, faults, actionUndo, sampler, guard, harness, exits, assertions, advisories, quorum } = run;
  const workloads = [...run.workloads.values()];
  run.ticker.stop();
  if (!isGivenUp) await faults.undoAll();
  await actionUndo.undoAll();
  const late = signalAfter(plan.drainWithinMs);
  await Promise.all(workloads.map((workload) => workload.stop(late).catch(() => undefined)));
  quorum.stop();
  await Promise.all([sampler, guard, harness, exits, assertions, advisories].map((one) => one.stop()));
  const records = workloads.map((workload) => workload.record());
  const probes = sampler.series();
  await run.threads.close();
  run.ctx.history.flush();
  return { workloads: records, probes, ...(probes.length === 0 ? {} : { sampling: sampler.punctuality() }) };
}
