import type { HeatMapRecord } from '../workload-record.ts';
import type { Milliseconds } from '../../support/units.ts';
import { BUCKETS, lowestOf, type PackedCounts } from './buckets.ts';

/** More columns than this cannot be told apart on a page, and a report of many hours stays small. */
const MAX_COLUMNS = 480;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Two rows for each doubling: coarse enough to see the shape, fine enough to see it move. */
const ROWS = Uint8Array.from({ length: BUCKETS }, (_, bucket) =>
  Math.floor(2 * Math.log2(Math.max(1, lowestOf(bucket))) + 1e-9),
);

/** The lower edge of a row; its upper edge is that of the next row. */
export function edgeOf(row: number): Milliseconds {
  return 2 ** (row / 2) / 1000;
}

/**
 * Latencies over time, coarse; null without any.
 *
 * @param seconds in the order of time
 */
export function heatMapOf(
  seconds: readonly { t: Milliseconds; packed: PackedCounts }[],
): HeatMapRecord | null {
  const from = seconds[0]?.t ?? 0;
  const until = (seconds.at(-1)?.t ?? from) + 1000;
  const stepS =
    STEPS_S.find((step) => until - from <= step * 1000 * MAX_COLUMNS) ??
    Math.ceil((until - from) / (1000 * MAX_COLUMNS));
  const columns: Map<number, number>[] = [];
  for (const { t, packed } of seconds) {
    const at = Math.floor((t - from) / (stepS * 1000));
    while (columns.length <= at) columns.push(new Map());
    rowsOf(packed, columns[at]);
  }
  if (columns.every((column) => column.size === 0)) return null;
  return { from, everyMs: stepS * 1000, columns: columns.map((column) => [...column].flat()) };
}

/** How many latencies are in each row, added to what is there. */
export function rowsOf(packed: PackedCounts, into = new Map<number, number>()): Map<number, number> {
  for (let at = 0; at < packed.length; at += 2) {
    const row = ROWS[packed[at] ?? 0] ?? 0;
    into.set(row, (into.get(row) ?? 0) + (packed[at + 1] ?? 0));
  }
  return into;
}
