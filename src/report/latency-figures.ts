import { LatencyHistogram } from '../history/latency/histogram.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { SavedRun } from './schema.ts';
import { formatNumber } from './text.ts';

const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['p99.9', 0.999],
] as const;

export interface LatencyFigures {
  /** Infinity where so many got no answer; null without an operation. */
  percentiles: { name: (typeof PERCENTILES)[number][0]; value: Milliseconds | null }[];
  /** Of those that got an answer. */
  slowest: Milliseconds | null;
}

/** The figures of a histogram that every form shows. */
export function latencyFigures(histogram: LatencyHistogram, unanswered: number): LatencyFigures {
  return {
    percentiles: PERCENTILES.map(([name, share]) => ({ name, value: histogram.quantile(share, unanswered) })),
    slowest: histogram.quantile(1),
  };
}

/** `4.02 ms`, `no answer`. */
export function latencyText(value: Milliseconds | null): string {
  if (value === null) return '–';
  if (value === Infinity) return 'no answer';
  return value < 1 ? `${formatNumber(Math.round(value * 1000))} µs` : formatDuration(value);
}

/** `latency p50 1.2 ms, p90 …, slowest 21 ms` of a whole run; null without a latency. */
export function latencySentence({
  latency = [],
}: Pick<SavedRun['workloads'][number], 'latency'>): string | null {
  const whole = latency.find(({ phase }) => phase === undefined);
  const histogram = whole === undefined ? null : LatencyHistogram.decode(whole.fromIntended);
  if (whole === undefined || histogram === null) return null;
  const { percentiles, slowest } = latencyFigures(histogram, whole.unanswered);
  const figures = percentiles.map(({ name, value }) => `${name} ${latencyText(value)}`);
  const silent = whole.unanswered === 0 ? '' : `; ${formatNumber(whole.unanswered)} got no answer`;
  return `latency ${figures.join(', ')}, slowest ${latencyText(slowest)}${silent}`;
}
