import type { Ledger } from './ledger.ts';
import { firstAbove, sortedBy } from './sorted.ts';
import { isWrite, OK, OP, type Operations } from './operations.ts';

/** Writes without an answer that may have taken effect, with revisions that nobody saw. */
export interface Unseen {
  byKey: ReadonlyMap<number, readonly number[]>;
  /** By row: the highest revision that was known before it was sent; its own must be higher. */
  since: ReadonlyMap<number, number>;
}

export const NONE_UNSEEN: Unseen = { byKey: new Map(), since: new Map() };

/**
 * Finds them. One is left out when there is proof that it did not:
 * every revision that it could have is known to be of another write.
 *
 * @param last the last revision of the bucket once all was quiet; undefined where nobody asked
 */
export function unseenWrites(operations: Operations, ledger: Ledger, last: number | undefined): Unseen {
  const { length, t, key } = operations;
  const rows = Uint32Array.from({ length }, (_, row) => row);
  const unseen = rows.filter((row) => ledger.unseen[row] === 1);
  const known = Float64Array.from(ledger.rowAt.keys()).sort();
  const since = highestBefore(sortedBy(unseen, t), rows, operations, ledger);
  const byKey = new Map<number, number[]>();
  for (const row of unseen) {
    const from = since.get(row) ?? 0;
    if (last !== undefined && countIn(known, from, last) >= last - from) continue;
    const of = key[row] ?? 0;
    byKey.set(of, [...(byKey.get(of) ?? []), row]);
  }
  return { byKey, since };
}

function highestBefore(
  sent: Uint32Array,
  rows: Uint32Array,
  { op, flags, revision, t, end }: Operations,
  ledger: Ledger,
): Map<number, number> {
  const shown = rows.filter((row) => ((flags[row] ?? 0) & OK) !== 0);
  const byEnd = sortedBy(shown, end);
  const since = new Map<number, number>();
  let highest = 0;
  let next = 0;
  for (const row of sent) {
    for (; (end[byEnd[next] ?? -1] ?? Infinity) < (t[row] ?? 0); next += 1) {
      const earlier = byEnd[next] ?? 0;
      const known = isWrite(op[earlier] ?? OP.get) ? ledger.revision[earlier] : revision[earlier];
      highest = Math.max(highest, known ?? 0);
    }
    since.set(row, highest);
  }
  return since;
}

/** How many of the sorted numbers are above `low` and at most `high`. */
function countIn(sorted: Float64Array, low: number, high: number): number {
  return firstAbove(sorted, high) - firstAbove(sorted, low);
}
