import type { Ledger } from './ledger.ts';
import type { Operations } from './operations.ts';
import type { Overtaken } from './overtaken.ts';
import { READ, REFUSAL, WRITE, writeAt, type Order } from './order.ts';
import type { Slots } from './slots.ts';

export interface SessionFaults {
  /** A read of what had been overwritten at the revision that its client had reached; `by` is where it had. */
  behind(row: number, by: number): void;
  /** A write of a client with a lower revision than it had reached. */
  fellBehind(row: number, by: number): void;
  /** A refusal although nothing had overwritten the expected revision. */
  refused(row: number, excused: boolean): void;
}

/**
 * Judges each client by itself, over all keys: the writes are in the order of their revisions, and a client never goes back
 * in it. That is sequential consistency, as every write has its place, and each client takes the earliest possible ones.
 *
 * @param judged the rows of one client that the claim is about, and its own writes, in the order in which they were sent
 * @param lowestAfter the lowest revision that was sent after a time
 */
export function judgeSession(
  judged: readonly number[],
  operations: Operations,
  order: Order,
  ledger: Ledger,
  lowestAfter: (t: number) => number,
  slots: Slots,
  overtaken: Overtaken,
  faults: SessionFaults,
): void {
  const { key, end } = operations;
  const { part, place } = order;
  let reached = 0;
  let by = -1;
  /** By key: the refusal that shows that an unseen write has overwritten the write with that number. */
  const past = new Map<number, { place: number; row: number }>();
  /** Refusals that an unseen write may explain as well, at an earlier revision. */
  const soft = new Set<number>();
  const reach = (revision: number, row: number): void => {
    if (revision <= reached) return;
    reached = revision;
    by = row;
  };
  for (const row of judged) {
    const of = key[row] ?? 0;
    const seen = place[row] ?? 0;
    if (part[row] === WRITE) {
      // One without an answer may take effect long after its client went on.
      if (end[row] === Infinity) continue;
      const mine = ledger.revision[row] ?? 0;
      if (mine > reached) reach(mine, row);
      else if (by >= 0 && part[by] === REFUSAL) faults.refused(by, slots.mayHelp(key[by] ?? 0, by));
      else faults.fellBehind(row, by);
      continue;
    }
    const from = revisionAt(order, ledger, of, seen) ?? 0;
    const until = seen < 0 ? 0 : (revisionAt(order, ledger, of, seen + 1) ?? Infinity);
    const overwritten = past.get(of);
    const isPast = overwritten !== undefined && seen >= 0 && seen <= overwritten.place;
    if (part[row] === READ) {
      if (reached >= until && soft.has(by)) faults.refused(by, true);
      else if (reached >= until) faults.behind(row, by);
      else if (isPast) faults.behind(row, overwritten.row);
      else {
        reach(from, row);
        if (slots.hasUnseen(of)) overtaken.read(of, seen, { row, revision: reached }, !soft.has(by));
      }
    } else if (seen >= 0 && !isPast && reached >= from && reached < until) {
      // The write that came next explains it best, unless that came after one that was sent later.
      if (until < lowestAfter(end[row] ?? 0)) {
        if (slots.isPossible(of, seen, row)) soft.add(row);
        reach(until, row);
      } else if (slots.take(of, seen, row)) {
        past.set(of, { place: seen, row });
        overtaken.refused(of, seen, { row, revision: lowestAfter(end[row] ?? 0) }, !soft.has(by));
        if (soft.has(by)) soft.add(row);
        reach(Math.max(from, slots.earliest(of, seen, row)), row);
      } else faults.refused(row, slots.mayHelp(of, row));
    }
  }
}

/** The revision of the write of a key with a number; 0 for none, undefined beyond the last. */
function revisionAt(order: Order, ledger: Ledger, key: number, place: number): number | undefined {
  if (place === 0) return 0;
  const row = writeAt(order, key, place);
  return row === undefined ? undefined : ledger.revision[row];
}
