import type { History } from '../history/history.ts';
import type { PhaseRecord, RunRecord } from '../history/record.ts';
import { recoveryOf, recoveryText } from '../history/recovery.ts';
import { formatDuration, type Milliseconds, type Ratio } from '../support/units.ts';
import type { Span } from './due-times.ts';
import { phaseLatencies, type PhaseLatencies, type PhaseLatency } from './phase-latencies.ts';
import {
  availabilityOf,
  UNKNOWN_UNAVAILABILITY,
  unavailabilityIn,
  unavailabilityText,
} from './unavailability.ts';

/** A limit as the plan states it (structurally `ThresholdPlan` of the plan). */
export type Threshold = { tolerance?: Ratio } & (
  | { metric: 'recovery-time'; phase: string; maxMs: Milliseconds; allowNeverLost?: boolean }
  | { metric: 'unavailability'; workload: string; phase?: string; maxMs: Milliseconds }
  | OnLatency
  | OnErrors
);

interface InPhase<M extends string> {
  metric: M;
  workload: string;
  phase: string;
}
type OnErrors = (InPhase<'publish-errors'> | InPhase<'errors'>) & { max: Ratio };
type OnLatency = (InPhase<'publish-latency'> | InPhase<'latency'>) & LatencyLimits;

interface LatencyLimits {
  p50Ms?: Milliseconds;
  p90Ms?: Milliseconds;
  p95Ms?: Milliseconds;
  p99Ms?: Milliseconds;
  p999Ms?: Milliseconds;
  maxMs?: Milliseconds;
}

export interface ThresholdResult {
  /** `recovery-time`, `publish-latency p99`, `latency p99`, `publish-errors`, `errors`, `unavailability`. */
  metric: string;
  /** What was measured, in words: `publish-qa1a in phase partition`. */
  subject: string;
  workload?: string;
  /** Left out: the whole run. */
  phase?: string;
  unit: 'ms' | 'ratio';
  limit: number;
  /** How much worse than a baseline it may become. */
  tolerance?: Ratio;
  /** Null when there was nothing to measure, or when it has no bound. */
  measured: number | null;
  /** `never-lost`: the steady state was never seen lost, and the experiment does not accept that. */
  outcome: 'met' | 'exceeded' | 'unmeasured' | 'never-lost';
  /** One sentence with the figures. */
  statement: string;
}

/**
 * Measures every limit; one result for each limit that is stated.
 *
 * @param latencies those of the history, where they have been read already
 */
export function measureThresholds(
  thresholds: readonly Threshold[],
  record: RunRecord,
  history: History,
  latencies: ReadonlyMap<string, PhaseLatencies> = phaseLatencies(record.phases, history),
): ThresholdResult[] {
  return thresholds.flatMap((threshold) => {
    const { tolerance } = threshold;
    const results = measure(threshold, record, history, latencies);
    return tolerance === undefined ? results : results.map((result) => ({ ...result, tolerance }));
  });
}

function measure(
  threshold: Threshold,
  record: RunRecord,
  history: History,
  latencies: ReadonlyMap<string, PhaseLatencies>,
): ThresholdResult[] {
  const phase = record.phases.find((candidate) => candidate.name === threshold.phase);
  if (threshold.metric === 'recovery-time') return [recoveryTime(threshold, phase)];
  if (threshold.metric === 'unavailability') return [unavailability(threshold, record, history)];
  const sent = latencies.get(threshold.workload)?.of(threshold.phase);
  if (threshold.metric === 'publish-errors' || threshold.metric === 'errors')
    return [errors(threshold, sent)];
  return latencyLimits(threshold, sent);
}

type Of<M extends Threshold['metric']> = Extract<Threshold, { metric: M }>;

function recoveryTime(threshold: Of<'recovery-time'>, phase: PhaseRecord | undefined): ThresholdResult {
  const recovery = phase === undefined ? undefined : recoveryOf(phase);
  const measured = recovery?.ms ?? null;
  const base = {
    metric: threshold.metric,
    subject: `phase ${threshold.phase}`,
    phase: threshold.phase,
    unit: 'ms' as const,
    limit: threshold.maxMs,
    measured,
  };
  if (recovery?.outcome === 'never-lost') {
    const accepted = threshold.allowNeverLost === true;
    const statement = recoveryText(recovery) + (accepted ? ', which the experiment accepts' : '');
    return { ...base, outcome: accepted ? 'met' : 'never-lost', statement };
  }
  return {
    ...base,
    outcome: outcomeOf(measured, threshold.maxMs),
    statement:
      recovery === undefined || measured === null
        ? 'no recovery was seen, so there is no time to compare'
        : `${recoveryText(recovery)}; the limit is ${formatDuration(threshold.maxMs)}`,
  };
}

function unavailability(
  threshold: Of<'unavailability'>,
  record: RunRecord,
  history: History,
): ThresholdResult {
  const { metric, workload, phase, maxMs } = threshold;
  const scope = phase === undefined ? undefined : reachOf(phase, record);
  const availability = availabilityOf(workload, history);
  // A phase that was never begun has no reach.
  const measurement = scope === null ? UNKNOWN_UNAVAILABILITY : unavailabilityIn(availability, scope);
  const measured = measurement.longestMs;
  return {
    metric,
    workload,
    unit: 'ms',
    limit: maxMs,
    measured,
    outcome: outcomeOf(measured, maxMs),
    ...(phase === undefined ? { subject: workload } : { subject: `${workload} in phase ${phase}`, phase }),
    statement:
      measured === null
        ? unavailabilityText(measurement)
        : `${unavailabilityText(measurement)}; the limit is ${formatDuration(maxMs)}`,
  };
}

/** From a phase's first fault or action to the proven removal of its faults; null where it was never begun. */
function reachOf(name: string, { phases, faults }: RunRecord): Span | null {
  const phase = phases.find((one) => one.name === name);
  if (phase === undefined) return null;
  const own = faults.filter((fault) => fault.phase === name);
  const began = [
    phase.startedAt,
    ...own.map(({ injectedAt }) => injectedAt),
    ...phase.actions.map(({ t }) => t),
  ].filter((t) => t !== undefined);
  if (began.length === 0) return null;
  const removals = own.flatMap(({ removed }) => removed?.t ?? []);
  const next = phases[phases.indexOf(phase) + 1]?.startedAt ?? Infinity;
  const end = phase.endedAt ?? Infinity;
  return { from: Math.min(...began), to: Math.max(end, ...removals.filter((t) => t <= next)) };
}

const PUBLISH = ['publish', 'publishes'] as const;
const OPERATION = ['operation', 'operations'] as const;
/** What each metric counts: one of them, and several. */
const WORDS = {
  'publish-latency': PUBLISH,
  'publish-errors': PUBLISH,
  latency: OPERATION,
  errors: OPERATION,
};

function errors(threshold: OnErrors, sent: PhaseLatency | undefined): ThresholdResult {
  const [one, many] = WORDS[threshold.metric];
  const bad = (sent?.refused ?? 0) + (sent?.unanswered ?? 0);
  const all = bad + (sent?.fromSend.count ?? 0);
  const measured = all === 0 ? null : bad / all;
  return {
    ...subjectOf(threshold),
    metric: threshold.metric,
    unit: 'ratio',
    limit: threshold.max,
    measured,
    outcome: outcomeOf(measured, threshold.max),
    statement:
      measured === null
        ? `no ${one} was sent in this phase`
        : `${bad} of ${all} ${many} failed or got no answer (${percent(measured)}); the limit is ${percent(threshold.max)}`,
  };
}

const QUANTILES = [
  ['p50Ms', 'p50', 0.5],
  ['p90Ms', 'p90', 0.9],
  ['p95Ms', 'p95', 0.95],
  ['p99Ms', 'p99', 0.99],
  ['p999Ms', 'p99.9', 0.999],
  ['maxMs', 'max', 1],
] as const;

function latencyLimits(threshold: OnLatency, sent: PhaseLatency | undefined): ThresholdResult[] {
  const [one, many] = WORDS[threshold.metric];
  const { refused, unanswered, fromIntended } = sent ?? { refused: 0, unanswered: 0, fromIntended: null };
  const left = refused === 0 ? '' : `; ${refused} refused ${many} are not counted`;
  return QUANTILES.flatMap(([field, name, quantile]) => {
    const limit = threshold[field];
    if (limit === undefined) return [];
    // An operation that got no answer is slower than any limit: leaving it out would flatter the figure.
    const value = fromIntended?.quantile(quantile, unanswered) ?? null;
    const measured = value === Infinity ? null : value;
    const base = {
      ...subjectOf(threshold),
      metric: `${threshold.metric} ${name}`,
      unit: 'ms' as const,
      limit,
    };
    if (value === null) {
      const statement = `no ${one} was answered in this phase${left}`;
      return [{ ...base, measured, outcome: 'unmeasured' as const, statement }];
    }
    const figure = value === Infinity ? 'without bound' : formatDuration(value);
    const silent = unanswered === 0 ? '' : `, ${unanswered} of them never answered`;
    return [
      {
        ...base,
        measured,
        outcome: outcomeOf(value, limit),
        statement: `${name} is ${figure} over ${(fromIntended?.count ?? 0) + unanswered} ${many}${silent}; the limit is ${formatDuration(limit)}${left}`,
      },
    ];
  });
}

function subjectOf(threshold: { workload: string; phase: string }) {
  const { workload, phase } = threshold;
  return { subject: `${workload} in phase ${phase}`, workload, phase };
}

function outcomeOf(measured: number | null, limit: number): ThresholdResult['outcome'] {
  if (measured === null) return 'unmeasured';
  return measured <= limit ? 'met' : 'exceeded';
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))}%`;
}
