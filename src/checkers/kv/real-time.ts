import type { Operations } from './operations.ts';
import { READ, REFUSAL, WRITE, type Order } from './order.ts';
import { firstAbove, sortedBy } from './sorted.ts';
import type { Slots } from './slots.ts';

/** What a sweep finds; `by` is the row that shows that the other is wrong. */
export interface RealTimeFaults {
  /** A write with a lower revision than one that had ended, or been read, before it was sent. */
  fellBehind(row: number, by: number): void;
  /** A read of what had been overwritten before it was sent. */
  stale(row: number, by: number): void;
  /** A refusal although the expected revision was there the whole time. */
  refused(row: number, excused: boolean): void;
}

/**
 * Judges the operations of one key in real time. Its writes are in the order of their revisions, and each read belongs
 * after the write that it saw, so they are linearizable exactly when no operation of a later place ended before one of an
 * earlier place was sent. A refusal may be anywhere but where its expected revision was: it gets the earliest possible
 * place. Takes time in proportion to the operations, apart from sorting them.
 *
 * Positions are doubled: write `s`, and what saw it, is at `2s`; `2s + 1` is after it, with an unseen write between.
 *
 * @param judged which rows the claim is about; of the key, in the order in which they were sent; no read of them may have
 *   ended before what it saw was sent
 */
export function judgeInRealTime(
  key: number,
  judged: Uint32Array,
  operations: Operations,
  order: Order,
  slots: Slots,
  faults: RealTimeFaults,
): void {
  const { t, end } = operations;
  const { part, place } = order;
  const byEnd = sortedBy(judged, end);
  const guilty = sweepFixed(judged, byEnd, operations, order, faults);
  if (!judged.some((row) => part[row] === REFUSAL)) return;
  const upTo = ceilings(judged, guilty, operations, order);
  const position = new Map<number, number>();
  const positionOf = (row: number): number => position.get(row) ?? 2 * (place[row] ?? 0);
  let low = 0;
  let ended = 0;
  for (const row of judged) {
    for (; (end[byEnd[ended] ?? -1] ?? Infinity) < (t[row] ?? 0); ended += 1) {
      const earlier = byEnd[ended] ?? 0;
      if (!guilty.has(earlier)) low = Math.max(low, positionOf(earlier));
    }
    if (part[row] !== REFUSAL) continue;
    const high = upTo(end[row] ?? 0);
    const whole = low === 2 * (place[row] ?? -1) ? low + 2 : low;
    position.set(row, Math.max(low, Math.min(whole, high)));
    if (whole <= high && whole <= lastPosition(order, key)) continue;
    if (low + 1 <= high && slots.take(key, place[row] ?? 0, row)) position.set(row, low + 1);
    else {
      guilty.add(row);
      faults.refused(row, slots.mayHelp(key, row));
    }
  }
}

/** Reads and writes, whose places are given. @returns the guilty ones */
function sweepFixed(
  judged: Uint32Array,
  byEnd: Uint32Array,
  { t, end }: Operations,
  { part, place }: Order,
  faults: RealTimeFaults,
): Set<number> {
  const guilty = new Set<number>();
  let [low, by, ended] = [0, -1, 0];
  for (const row of judged) {
    for (; (end[byEnd[ended] ?? -1] ?? Infinity) < (t[row] ?? 0); ended += 1) {
      const earlier = byEnd[ended] ?? 0;
      if (part[earlier] === REFUSAL || guilty.has(earlier) || (place[earlier] ?? 0) <= low) continue;
      low = place[earlier] ?? 0;
      by = earlier;
    }
    if (part[row] === REFUSAL) continue;
    const mine = place[row] ?? 0;
    if (part[row] === WRITE && low >= mine) {
      guilty.add(row);
      faults.fellBehind(row, by);
    } else if (part[row] === READ && low > mine) {
      guilty.add(row);
      faults.stale(row, by);
    }
  }
  return guilty;
}

/** The highest position of what ended at a time, so that all that was sent later can still come after it. */
function ceilings(
  judged: Uint32Array,
  guilty: ReadonlySet<number>,
  { t }: Operations,
  { part, place }: Order,
): (ended: number) => number {
  const rows = judged.filter((row) => part[row] !== REFUSAL && !guilty.has(row));
  const lowest = new Float64Array(rows.length + 1).fill(Infinity);
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const row = rows[i] ?? 0;
    const most = 2 * (place[row] ?? 0) - (part[row] === WRITE ? 1 : 0);
    lowest[i] = Math.min(lowest[i + 1] ?? Infinity, most);
  }
  const sent = Float64Array.from(rows, (row) => t[row] ?? 0);
  return (ended) => lowest[firstAbove(sent, ended)] ?? Infinity;
}

/** Nothing follows the last write but what an unseen one may have left. */
function lastPosition(order: Order, key: number): number {
  return 2 * ((order.writesFrom[key + 1] ?? 0) - (order.writesFrom[key] ?? 0));
}
