import type { PhaseRecord } from '../../history/record.ts';
import { faultRecoveries } from '../readings/fault-recovery.ts';
import type { RunContext } from '../run-context.ts';

/** Says of each fault when the steady state was back after it, before the workloads are drained. */
export function recordFaultRecoveries(
  { plan, sampler, faults, timeline }: RunContext,
  phases: readonly PhaseRecord[],
): void {
  const recoveries = faultRecoveries({
    expectations: plan.steadyState,
    samples: (probe) => sampler.samples(probe),
    faults: faults.records,
    phases,
    end: timeline.now(),
  });
  for (const fault of faults.records) {
    const recovery = recoveries.get(fault.id);
    if (recovery !== undefined) fault.recovery = recovery;
  }
}
