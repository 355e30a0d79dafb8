import type { SavedRun } from '../report/schema.ts';
import type { NamedRun } from './comparison.ts';
import { CURVE_KINDS, tracksOf } from './curves.ts';
import { BACKLOG_KINDS, metricsOf } from './metrics.ts';

/** Extracts from a saved run everything that a comparison needs; the curves only when they will be drawn. */
export function namedRun(name: string, saved: SavedRun, curves: boolean): NamedRun {
  return {
    name,
    saved: { ...saved, probes: [], workloads: saved.workloads.map(withoutHeatMap) },
    metrics: metricsOf(saved),
    tracks: curves ? tracksOf(saved) : [],
  };
}

function withoutHeatMap(workload: SavedRun['workloads'][number]): SavedRun['workloads'][number] {
  const { heatMap: dropped, ...rest } = workload;
  return dropped === undefined ? workload : rest;
}

/** Whether a comparison uses the readings of this kind of probe. */
export function usesReadings(kind: string, curves: boolean): boolean {
  return BACKLOG_KINDS.has(kind) || (curves && CURVE_KINDS.has(kind));
}
