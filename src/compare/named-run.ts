import type { SavedRun } from '../report/schema.ts';
import type { NamedRun } from './comparison.ts';
import { CURVE_KINDS, tracksOf } from './curves.ts';
import { BACKLOG_KINDS, metricsOf } from './metrics.ts';

/** Takes from a saved run all that a comparison needs, its curves only where they will be drawn. */
export function namedRun(name: string, saved: SavedRun, curves: boolean): NamedRun {
  return {
    name,
    saved: { ...saved, probes: [] },
    metrics: metricsOf(saved),
    tracks: curves ? tracksOf(saved) : [],
  };
}

/** Whether a comparison looks at the readings of a kind of probe. */
export function looksAt(kind: string, curves: boolean): boolean {
  return BACKLOG_KINDS.has(kind) || (curves && CURVE_KINDS.has(kind));
}
