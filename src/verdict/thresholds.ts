import type { PublishEvent } from '../history/events.ts';
import type { History } from '../history/reader.ts';
import type { PhaseRecord, RunRecord } from '../history/record.ts';
import { formatDuration, type Milliseconds, type Ratio } from '../support/units.ts';

/** A limit as the plan states it (structurally `ThresholdPlan` of the plan). */
export type Threshold = { tolerance?: Ratio } & (
  | { metric: 'recovery-time'; phase: string; maxMs: Milliseconds }
  | ({ metric: 'publish-latency'; workload: string; phase: string } & LatencyLimits)
  | { metric: 'publish-errors'; workload: string; phase: string; max: Ratio }
);

interface LatencyLimits {
  p50Ms?: Milliseconds;
  p90Ms?: Milliseconds;
  p99Ms?: Milliseconds;
  p999Ms?: Milliseconds;
  maxMs?: Milliseconds;
}

export interface ThresholdResult {
  /** `recovery-time`, `publish-latency p99`, `publish-errors`. */
  metric: string;
  /** What was measured, in words: `publish-qa1a in phase partition`. */
  subject: string;
  workload?: string;
  phase: string;
  unit: 'ms' | 'ratio';
  limit: number;
  /** How much worse than a baseline it may become. */
  tolerance?: Ratio;
  /** Null when there was nothing to measure, or when it has no bound. */
  measured: number | null;
  outcome: 'met' | 'exceeded' | 'unmeasured';
  /** One sentence with the figures. */
  statement: string;
}

/** Measures every limit; one result for each limit that is stated. */
export function measureThresholds(
  thresholds: readonly Threshold[],
  record: RunRecord,
  history: History,
): ThresholdResult[] {
  return thresholds.flatMap((threshold) => {
    const { tolerance } = threshold;
    const results = measure(threshold, record, history);
    return tolerance === undefined ? results : results.map((result) => ({ ...result, tolerance }));
  });
}

function measure(threshold: Threshold, record: RunRecord, history: History): ThresholdResult[] {
  const phase = record.phases.find((candidate) => candidate.name === threshold.phase);
  if (threshold.metric === 'recovery-time') return [recoveryTime(threshold, phase)];
  const publishes = sentIn(phase, threshold.workload, history);
  if (threshold.metric === 'publish-errors') return [publishErrors(threshold, publishes)];
  return publishLatencies(threshold, publishes);
}

type Of<M extends Threshold['metric']> = Extract<Threshold, { metric: M }>;

function recoveryTime(threshold: Of<'recovery-time'>, phase: PhaseRecord | undefined): ThresholdResult {
  const measured = phase?.recoveryMs ?? null;
  return {
    metric: threshold.metric,
    subject: `phase ${threshold.phase}`,
    phase: threshold.phase,
    unit: 'ms',
    limit: threshold.maxMs,
    measured,
    outcome: outcomeOf(measured, threshold.maxMs),
    statement:
      measured === null
        ? 'no recovery was seen, so there is no time to compare'
        : `recovered in ${formatDuration(measured)}; the limit is ${formatDuration(threshold.maxMs)}`,
  };
}

/** The workload's publishes first sent within the phase; none when the phase has no bounds. */
function sentIn(phase: PhaseRecord | undefined, workload: string, history: History): PublishEvent[] {
  const from = phase?.startedAt ?? Infinity;
  const to = phase?.endedAt ?? Infinity;
  return history.publishes.filter((event) => event.workload === workload && event.t >= from && event.t < to);
}

function publishErrors(threshold: Of<'publish-errors'>, publishes: readonly PublishEvent[]): ThresholdResult {
  const bad = publishes.filter((event) => event.outcome !== 'ok').length;
  const measured = publishes.length === 0 ? null : bad / publishes.length;
  return {
    ...subjectOf(threshold),
    metric: threshold.metric,
    unit: 'ratio',
    limit: threshold.max,
    measured,
    outcome: outcomeOf(measured, threshold.max),
    statement:
      measured === null
        ? 'nothing was published in this phase'
        : `${bad} of ${publishes.length} publishes failed or got no answer (${percent(measured)}); the limit is ${percent(threshold.max)}`,
  };
}

const QUANTILES = [
  ['p50Ms', 'p50', 0.5],
  ['p90Ms', 'p90', 0.9],
  ['p99Ms', 'p99', 0.99],
  ['p999Ms', 'p99.9', 0.999],
  ['maxMs', 'max', 1],
] as const;

function publishLatencies(
  threshold: Of<'publish-latency'>,
  publishes: readonly PublishEvent[],
): ThresholdResult[] {
  const latencies = latenciesOf(publishes);
  const failed = publishes.filter((event) => event.outcome === 'failed').length;
  const unanswered = latencies.filter((ms) => ms === Infinity).length;
  const left = failed === 0 ? '' : `; ${failed} refused publishes are not counted`;
  return QUANTILES.flatMap(([field, name, quantile]) => {
    const limit = threshold[field];
    if (limit === undefined) return [];
    const value = quantileOf(latencies, quantile);
    const measured = value === Infinity ? null : value;
    const base = {
      ...subjectOf(threshold),
      metric: `${threshold.metric} ${name}`,
      unit: 'ms' as const,
      limit,
    };
    if (value === null) {
      const statement = `no publish was answered in this phase${left}`;
      return [{ ...base, measured, outcome: 'unmeasured' as const, statement }];
    }
    const figure = value === Infinity ? 'without bound' : formatDuration(value);
    const silent = unanswered === 0 ? '' : `, ${unanswered} of them never answered`;
    return [
      {
        ...base,
        measured,
        outcome: outcomeOf(value, limit),
        statement: `${name} is ${figure} over ${latencies.length} publishes${silent}; the limit is ${formatDuration(limit)}${left}`,
      },
    ];
  });
}

/** Sorted. A publish that got no answer is slower than any limit: leaving it out would flatter the figure. */
function latenciesOf(publishes: readonly PublishEvent[]): number[] {
  return publishes
    .filter((event) => event.outcome !== 'failed')
    .map((event) => (event.outcome === 'unknown' ? Infinity : (event.latencyMs ?? Infinity)))
    .sort((a, b) => a - b);
}

/** Nearest rank, exact. */
function quantileOf(sorted: readonly number[], quantile: number): number | null {
  const rank = Math.max(1, Math.ceil(quantile * sorted.length));
  return sorted[rank - 1] ?? null;
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
