import type { Ledger } from './ledger.ts';
import { isWrite, OK, OP, type Operations } from './operations.ts';
import { firstAbove, sortedBy } from './sorted.ts';

/**
 * Finds writes whose revision is below a revision of the bucket that somebody had before they were sent. `by` is who had
 * it.
 */
export function fallenRevisions(
  operations: Operations,
  ledger: Ledger,
  fault: (row: number, by: number) => void,
): void {
  const { length, t, end, op, flags, revision } = operations;
  const shown = (row: number): number =>
    ((flags[row] ?? 0) & OK) === 0
      ? 0
      : ((isWrite(op[row] ?? 0) ? ledger.revision[row] : revision[row]) ?? 0);
  const rows = Uint32Array.from({ length }, (_, row) => row);
  const writes = rows.filter((row) => isWrite(op[row] ?? 0) && ledger.revision[row] !== 0);
  const byStart = sortedBy(writes, t);
  const byEnd = sortedBy(
    rows.filter((row) => shown(row) !== 0),
    end,
  );
  let [highest, by, ended] = [0, -1, 0];
  for (const row of byStart) {
    for (; (end[byEnd[ended] ?? -1] ?? Infinity) < (t[row] ?? 0); ended += 1) {
      const earlier = byEnd[ended] ?? 0;
      if (shown(earlier) <= highest) continue;
      highest = shown(earlier);
      by = earlier;
    }
    // The same revision is of two writes, or was read too early, which others say.
    if ((ledger.revision[row] ?? 0) < highest) fault(row, by);
  }
}

/** The lowest revision of the writes that were sent after a time; infinite where there are none. */
export function lowestSentAfter(
  { length, t, op }: Operations,
  { revision }: Ledger,
): (time: number) => number {
  const rows = Uint32Array.from({ length }, (_, row) => row);
  const writes = rows.filter((row) => isWrite(op[row] ?? 0) && revision[row] !== 0);
  const byStart = sortedBy(writes, t);
  const lowest = new Float64Array(byStart.length + 1).fill(Infinity);
  for (let i = byStart.length - 1; i >= 0; i -= 1)
    lowest[i] = Math.min(lowest[i + 1] ?? Infinity, revision[byStart[i] ?? 0] ?? 0);
  const sent = Float64Array.from(byStart, (row) => t[row] ?? 0);
  return (time) => lowest[firstAbove(sent, time)] ?? Infinity;
}

/** Finds entries that a watcher was sent although it had had a later one (`fell`), or the same one (`again`). */
export function watchersBehind(
  { length, op, client, revision }: Operations,
  fault: (row: number, by: number, kind: 'fell' | 'again') => void,
): void {
  const last = new Map<number, number>();
  for (let row = 0; row < length; row += 1) {
    if (op[row] !== OP.watch) continue;
    const of = client[row] ?? 0;
    const before = last.get(of);
    const had = before === undefined ? 0 : (revision[before] ?? 0);
    const now = revision[row] ?? 0;
    if (before !== undefined && now <= had) fault(row, before, now === had ? 'again' : 'fell');
    else last.set(of, row);
  }
}
