import type { FaultRecord, FaultRecoveryRecord, PhaseRecord, Sample } from '../../history/record.ts';
import type { ExpectationPlan } from '../../plan/plan.ts';
import type { Milliseconds } from '../../support/units.ts';
import { holdsNow } from './expectation.ts';
import { isTrend } from '../../probes/condition.ts';
import { pointOf, undoBegan } from './recovery.ts';

export interface FaultRecoveryInput {
  expectations: readonly ExpectationPlan[];
  samples: (probe: string) => readonly Sample[];
  faults: readonly FaultRecord[];
  phases: readonly Pick<PhaseRecord, 'actions'>[];
  /** Until when the steady state was to hold: later the workloads are drained. */
  end: Milliseconds;
}

/**
 * For each fault that was injected, when the steady state was back after it: by all readings from its injection to the
 * next one after its removal. By the fault's id.
 */
export function faultRecoveries(input: FaultRecoveryInput): Map<string, FaultRecoveryRecord> {
  const injected = input.faults.filter(({ injectedAt }) => injectedAt !== undefined) as Injected[];
  const why = whyUntold(input.expectations);
  if (why !== null) {
    return new Map(injected.map(({ id }) => [id, { outcome: 'unmeasured', why, readings: 0 }]));
  }
  const probes = input.expectations.map(({ probe, condition }) =>
    input.samples(probe).map((sample) => ({
      t: sample.t,
      holds: holdsNow(pointOf(condition), [sample], sample.t),
    })),
  );
  return new Map(injected.map((fault) => [fault.id, recoveryOf(fault, injected, probes, input)]));
}

type Injected = FaultRecord & { injectedAt: Milliseconds };

interface Reading {
  t: Milliseconds;
  holds: boolean;
}

function whyUntold(expectations: readonly ExpectationPlan[]): string | null {
  if (expectations.length === 0) return 'the experiment has no steady state';
  const trend = expectations.find(({ condition }) => isTrend(condition));
  return trend === undefined ? null : `no single reading shows the trend of ${trend.probe}`;
}

function recoveryOf(
  fault: Injected,
  faults: readonly Injected[],
  probes: readonly (readonly Reading[])[],
  { phases, end }: FaultRecoveryInput,
): FaultRecoveryRecord {
  const from = fault.injectedAt;
  const removedAt = fault.removed?.t ?? Infinity;
  const until = Math.min(end, ...faults.map(({ injectedAt }) => injectedAt).filter((t) => t > removedAt));
  const windows = probes.map((readings) => readings.filter(({ t }) => t >= from && t < until));
  const readings = windows.reduce((sum, window) => sum + window.length, 0);
  if (windows.some((window) => window.length === 0)) {
    return { outcome: 'unmeasured', why: 'a probe was not read in that time', readings };
  }
  const losses = windows.flatMap(endOfLoss);
  if (losses.length === 0) return { outcome: 'never-lost', readings };
  const steadyAt = Math.max(...losses);
  const isBack = steadyAt < Infinity;
  const others = othersIn(fault, faults, phases, isBack ? steadyAt : until);
  const lostBefore = probes.some((all) => all.findLast(({ t }) => t < from)?.holds === false);
  const shared = {
    readings,
    ...(others.length === 0 ? {} : { others }),
    ...(lostBefore ? { lostBefore } : {}),
  };
  if (!isBack) return { outcome: 'not-recovered', ...shared };
  const since = { steadyAt, sinceInjectionMs: rounded(steadyAt - from), ...shared };
  if (undoBegan(fault) > steadyAt) return { outcome: 'failed-over', ...since };
  if (removedAt === Infinity) return { outcome: 'recovered', ...since };
  return { outcome: 'recovered', ...since, sinceRemovalMs: rounded(Math.max(0, steadyAt - removedAt)) };
}

/** The reading at which a condition held again for good: none where it was never lost, Infinity where it stayed lost. */
function endOfLoss(window: readonly Reading[]): Milliseconds[] {
  const last = window.findLastIndex(({ holds }) => !holds);
  return last < 0 ? [] : [window[last + 1]?.t ?? Infinity];
}

/** What else may have disturbed it until then: faults that were in force, and actions. */
function othersIn(
  fault: Injected,
  faults: readonly Injected[],
  phases: FaultRecoveryInput['phases'],
  until: Milliseconds,
): string[] {
  const from = fault.injectedAt;
  const overlapping = faults.filter(
    (other) => other !== fault && other.injectedAt < until && (other.removed?.t ?? Infinity) > from,
  );
  const actions = phases.flatMap((phase) => phase.actions.filter(({ t }) => t > from && t < until));
  return [...overlapping.map(({ id }) => id), ...actions.map(({ title }) => title)];
}

/** Microseconds are finer than any clock here. */
function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1000) / 1000;
}
