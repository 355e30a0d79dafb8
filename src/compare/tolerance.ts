import type { CompareOptions } from './comparison.ts';
import type { Metric } from './metrics.ts';

/** How much worse a figure may become when neither the experiment nor the command line says. */
export const DEFAULT_TOLERANCE = 0.2;

/** The smallest change that counts, so that two tiny figures never differ by a large ratio. */
export const FLOORS = {
  /** Recovery, catch-up and unavailability are measured a few times a second. */
  timeMs: 500,
  latencyMs: 5,
  ratio: 0.005,
} as const;

/** The tolerance that a figure is judged by, and whether the experiment states it; null when it is not to be judged. */
export function toleranceOf(
  metric: Metric,
  { tolerance, spareLatencies = false }: CompareOptions,
): { ratio: number; stated: boolean } | null {
  if (metric.tolerance !== undefined) return { ratio: metric.tolerance, stated: true };
  if (tolerance === undefined || (spareLatencies && metric.group === 'latency')) return null;
  return { ratio: tolerance, stated: false };
}

/** In the figure's own unit. */
export function floorOf({ unit, key }: Pick<Metric, 'unit' | 'key'>): number {
  if (unit === 'ratio') return FLOORS.ratio;
  // The first word is the metric; the rest are names chosen by people.
  return /^\S*latency/.test(key) ? FLOORS.latencyMs : FLOORS.timeMs;
}
