import type { FaultPlan, PhasePlan, Plan, ThresholdPlan } from './plan.ts';

/** How long a phase waits for what may be the effect of a fault, or of the workloads alone. */
const WAIT_AT_MOST_MS = 15_000;

/**
 * The plan without its faults: a run of it shows that the experiment is sound, and what the system does when nothing is
 * broken. While a fault would be in force, nothing is expected, and what is awaited need not come, because it may be the
 * fault's own effect; steady state, checks and thresholds are those of the plan, and a pass is expected on every version.
 */
export function rehearsalOf(plan: Plan): Plan {
  let kept = false;
  const phases = plan.phases.map((phase) => {
    const faults = phase.faults.flatMap((one): FaultPlan[] => ('of' in one ? one.of : [one]));
    const rehearsed = kept || faults.length > 0 ? withoutEffects(phase) : phase;
    kept ||= faults.some(({ keep }) => keep);
    return rehearsed;
  });
  return {
    ...plan,
    rehearsal: true,
    expect: 'pass',
    phases,
    thresholds: plan.thresholds.map(withNothingLost),
  };
}

function withoutEffects(phase: PhasePlan): PhasePlan {
  const rest = { ...phase, faults: [], expectations: [] };
  if (!Array.isArray(phase.until)) return rest;
  return { ...rest, mayTimeOut: true, withinMs: Math.min(WAIT_AT_MOST_MS, phase.withinMs ?? Infinity) };
}

/** There is nothing to recover from. */
function withNothingLost(threshold: ThresholdPlan): ThresholdPlan {
  return threshold.metric === 'recovery-time' ? { ...threshold, allowNeverLost: true } : threshold;
}
