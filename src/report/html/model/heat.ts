import { edgeOf } from '../../../history/latency/heat-map.ts';
import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { counted } from '../../text.ts';

type Workload = SavedRun['workloads'][number];

/** Latencies of one workload over time, as the page draws them. */
export interface Heat {
  from: number;
  everyMs: number;
  /** Row and count in turn. */
  columns: number[][];
  /** Rows that hold something: from the lowest to the highest. */
  rows: [number, number];
  /** The largest count: it gets the strongest colour. */
  max: number;
  /** In words. */
  summary: string;
  slowest: string;
}

/** Null for a workload without latencies, and in reports of older programs. */
export function heatOf({ heatMap }: Pick<Workload, 'heatMap'>): Heat | null {
  if (heatMap === undefined) return null;
  const totals = new Map<number, number>();
  let max = 0;
  for (const column of heatMap.columns) {
    for (let at = 0; at < column.length; at += 2) {
      const [row = 0, count = 0] = column.slice(at, at + 2);
      totals.set(row, (totals.get(row) ?? 0) + count);
      max = Math.max(max, count);
    }
  }
  if (max === 0) return null;
  const rows = [...totals.keys()].sort((a, b) => a - b);
  const [low = 0, high = low] = [rows[0], rows.at(-1)];
  const [usual = 0] = [...totals].sort((a, b) => b[1] - a[1])[0] ?? [];
  const all = [...totals.values()].reduce((sum, count) => sum + count, 0);
  return {
    from: heatMap.from,
    everyMs: heatMap.everyMs,
    columns: heatMap.columns,
    rows: [low, high],
    max,
    summary: `${counted(all, 'operation')} between ${edge(low)} and ${edge(high + 1)}, most often between ${edge(usual)} and ${edge(usual + 1)}`,
    slowest: edge(high + 1),
  };
}

function edge(row: number): string {
  return formatDuration(Number(edgeOf(row).toPrecision(2)));
}
