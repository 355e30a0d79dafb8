import { LatencyHistogram } from '../history/latency/histogram.ts';
import type { SavedRun } from '../report/schema.ts';
import { medianOf } from './statistics.ts';

/** Where a figure was read from, so that several runs give one figure together. */
export interface LatencySource {
  /** The text of an HDR histogram. */
  histogram: string;
  /** Operations that are slower than all in it. */
  unanswered: number;
  /** 0 to 1. */
  quantile: number;
}

/** A figure of one run (structurally a `Metric`). */
interface LatencyMetric {
  key: string;
  group: 'latency';
  label: string;
  unit: 'ms';
  value: number;
  source?: LatencySource;
  insteadOf?: string;
}

const QUANTILES = [
  ['p50', 0.5, 'p50Ms'],
  ['p99', 0.99, 'p99Ms'],
] as const;

/** Publish latencies by phase, as the report's histograms have them. */
export function latencies(saved: SavedRun): LatencyMetric[] {
  const publishers = saved.workloads.filter(({ kind }) => kind === 'publish');
  return publishers.flatMap((workload) =>
    saved.phases.flatMap((phase) =>
      QUANTILES.flatMap(([name, quantile, field]) => {
        const where = `${name} ${workload.name} ${phase.name}`;
        const key = `publish-latency-in-phase ${where}`;
        const label = `Publish latency ${name}, ${workload.name}, phase ${phase.name}`;
        const base = { group: 'latency' as const, unit: 'ms' as const };
        const source = latencySource(workload, phase.name, quantile);
        const value = source === null ? null : mergedFigure([source]);
        const ofSeconds = medianOfSeconds(workload, phase, field);
        return [
          ...(source === null || value === null ? [] : [{ ...base, key, label, value, source }]),
          ...(ofSeconds === null
            ? []
            : [
                {
                  ...base,
                  key: `publish-latency-of-seconds ${where}`,
                  label: label.replace(',', ' (median of seconds),'),
                  value: ofSeconds,
                  insteadOf: key,
                },
              ]),
        ];
      }),
    ),
  );
}

/** What a `publish-latency p99` threshold was measured from; null for a run that has kept no histograms. */
export function latencySource(
  { latency = [] }: Pick<SavedRun['workloads'][number], 'latency'>,
  phase: string,
  quantile: number,
): LatencySource | null {
  const record = latency.find((one) => one.phase === phase);
  if (record === undefined || LatencyHistogram.decode(record.fromIntended) === null) return null;
  return { histogram: record.fromIntended, unanswered: record.unanswered, quantile };
}

/** The figure of all runs together: their histograms are added up. Null without an operation. */
export function mergedFigure(sources: readonly LatencySource[]): number | null {
  const all = new LatencyHistogram();
  let unanswered = 0;
  for (const source of sources) {
    all.merge(LatencyHistogram.decode(source.histogram) ?? new LatencyHistogram());
    unanswered += source.unanswered;
  }
  return all.quantile(sources[0]?.quantile ?? 1, unanswered);
}

/** For comparisons with runs of older programs, which have kept no more. */
function medianOfSeconds(
  { seconds }: SavedRun['workloads'][number],
  { startedAt = Infinity, endedAt = Infinity }: SavedRun['phases'][number],
  field: 'p50Ms' | 'p99Ms',
): number | null {
  const within = seconds.filter(({ t }) => t >= startedAt && t + 1000 <= endedAt);
  const values = within.flatMap((second) => second[field] ?? []).sort((a, b) => a - b);
  return values.length === 0 ? null : medianOf(values);
}
