import type { FaultRecord, PhaseRecord, RecoveryRecord, Sample } from '../../history/record.ts';
import { defined } from '../../plan/defined.ts';
import type { ExpectationPlan } from '../../plan/plan.ts';
import { isTrend, trendOf, type Condition } from '../../probes/condition.ts';
import type { Milliseconds } from '../../support/units.ts';
import { evaluate, holdsNow } from './expectation.ts';

export interface RecoveryInput {
  expectations: readonly ExpectationPlan[];
  samples: (probe: string) => readonly Sample[];
  faults: readonly FaultRecord[];
  /** All phases of the method; the one that waits has no outcome yet. */
  phases: readonly PhaseRecord[];
  /** When the clock of the phase that waits began. */
  startedAt: Milliseconds;
  /** From when on the steady state held without a break. */
  steadySince: Milliseconds;
}

/**
 * How the system came back to the steady state, by all readings since the first thing that could disturb it. A loss
 * between two readings is not noticed.
 */
export function recoveryFrom(input: RecoveryInput): RecoveryRecord {
  const settledAt = lastSettled(input.phases);
  const faults = disturbing(input.faults, settledAt);
  const actedAt = firstAction(input.phases, settledAt);
  const from = Math.min(
    ...faults.map(({ injectedAt }) => Math.max(injectedAt, settledAt)),
    actedAt,
    input.startedAt,
  );
  const { readings, heldFrom } = heldSince(input, from);
  if (heldFrom === undefined) return { outcome: 'never-lost', readings };
  return { ...timed(faults, heldFrom, actedAt, input.startedAt), steadyAt: heldFrom, readings };
}

type Disturbing = FaultRecord & { injectedAt: Milliseconds };

/** Faults that were injected or removed since the steady state was last waited for. */
function disturbing(faults: readonly FaultRecord[], settledAt: Milliseconds): Disturbing[] {
  return faults.filter(
    (fault): fault is Disturbing =>
      fault.injectedAt !== undefined &&
      (fault.injectedAt >= settledAt || (fault.removed !== undefined && fault.removed.t >= settledAt)),
  );
}

function lastSettled(phases: readonly PhaseRecord[]): Milliseconds {
  return Math.max(0, ...phases.map(({ recovery, endedAt }) => (recovery === undefined ? 0 : (endedAt ?? 0))));
}

function firstAction(phases: readonly PhaseRecord[], settledAt: Milliseconds): Milliseconds {
  const times = phases.flatMap(({ actions }) => actions.map(({ t }) => t));
  return Math.min(Infinity, ...times.filter((t) => t >= settledAt));
}

/** How long it took: from the injection while a fault was in force; afterwards from the last proven removal. */
function timed(
  faults: readonly Disturbing[],
  heldFrom: Milliseconds,
  actedAt: Milliseconds,
  startedAt: Milliseconds,
): Omit<RecoveryRecord, 'readings'> {
  const injected = faults.filter(({ injectedAt }) => injectedAt <= heldFrom);
  const inForce = injected.filter((fault) => undoBegan(fault) > heldFrom);
  const since = (t: Milliseconds): Milliseconds => Math.max(0, heldFrom - t);
  const sinceInjectionMs = since(Math.min(...injected.map(({ injectedAt }) => injectedAt)));
  if (inForce.length > 0) {
    const ms = since(Math.min(...inForce.map(({ injectedAt }) => injectedAt)));
    return { outcome: 'failed-over', from: 'injection', ms, sinceInjectionMs };
  }
  const removals = injected.flatMap((fault) =>
    fault.removed === undefined ? [] : [{ began: undoBegan(fault), proven: fault.removed.t }],
  );
  const last = removals.sort((a, b) => b.proven - a.proven)[0];
  if (last !== undefined) {
    const ms = since(last.proven);
    return {
      outcome: 'recovered',
      from: 'removal',
      ms,
      sinceRemovalMs: ms,
      sinceUndoBeganMs: since(last.began),
      sinceInjectionMs,
    };
  }
  return heldFrom >= startedAt
    ? { outcome: 'recovered', from: 'phase', ms: since(startedAt) }
    : { outcome: 'recovered', from: 'action', ms: since(actedAt) };
}

/** Infinity for a fault that nobody has begun to undo. */
export function undoBegan({ removed, undo }: FaultRecord): Milliseconds {
  const steps = undo.map(({ t }) => t);
  return Math.min(...steps, removed === undefined ? Infinity : removed.t - removed.afterMs);
}

/** From when on all conditions held; undefined where no reading has shown one that did not. */
function heldSince(
  input: RecoveryInput,
  from: Milliseconds,
): { readings: number; heldFrom: Milliseconds | undefined } {
  const { expectations, samples, steadySince } = input;
  let readings = 0;
  let heldFrom: Milliseconds | undefined;
  for (const expectation of expectations) {
    const read = samples(expectation.probe).filter(({ t }) => t >= from);
    readings += read.length;
    const point = pointOf(expectation.condition);
    const lost = read.findLastIndex(
      (sample) => sample.t < steadySince && !holdsNow(point, [sample], sample.t),
    );
    if (lost >= 0) heldFrom = Math.max(heldFrom ?? 0, read[lost + 1]?.t ?? steadySince);
    if (brokeTrend(expectation, read, input, from)) heldFrom = steadySince;
  }
  if (heldFrom === undefined) return { readings, heldFrom };
  // Nobody knows when a trend began to hold again: what counts is when that was observed.
  const hasTrend = expectations.some(({ condition }) => isTrend(condition));
  return { readings, heldFrom: hasTrend ? steadySince : Math.min(heldFrom, steadySince) };
}

/** A trend is no state of one moment: what counts is whether it held over each phase. */
function brokeTrend(
  { probe, condition }: ExpectationPlan,
  read: readonly Sample[],
  { phases, startedAt, steadySince }: RecoveryInput,
  from: Milliseconds,
): boolean {
  if (!isTrend(condition)) return false;
  const trend = { probe, condition: trendOf(condition) };
  return [...phases, { startedAt, endedAt: steadySince }].some(({ startedAt: start, endedAt: end }) => {
    if (start === undefined || end === undefined || end <= from) return false;
    return evaluate(trend, read, { start: Math.max(start, from), end }).outcome === 'violated';
  });
}

export function pointOf({ min, max, equals, is }: Condition): Condition {
  return defined({ min, max, equals, is });
}
