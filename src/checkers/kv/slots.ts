import type { Ledger } from './ledger.ts';
import { isConditional, type Operations } from './operations.ts';
import { writeAt, type Order } from './order.ts';
import type { Unseen } from './unseen.ts';

interface Slot {
  key: number;
  /** It is after this write of the key. */
  place: number;
  /** The unseen write must have been sent by then. */
  deadline: number;
  /** Refusals that rest on it. */
  rows: number[];
}

/**
 * Places between two known writes of a key where an unseen one must have been, or a refusal has no reason. Each needs an
 * unseen write of its own.
 */
export class Slots {
  readonly #operations: Operations;
  readonly #order: Order;
  readonly #ledger: Ledger;
  readonly #unseen: Unseen;
  readonly #slots = new Map<string, Slot>();

  constructor(operations: Operations, order: Order, ledger: Ledger, unseen: Unseen) {
    this.#operations = operations;
    this.#order = order;
    this.#ledger = ledger;
    this.#unseen = unseen;
  }

  /** Whether an unseen write may have been there before a refusal. */
  isPossible(key: number, place: number, row: number): boolean {
    const deadline = this.#operations.end[row] ?? 0;
    if (!this.#unseen.byKey.has(key) || !this.#hasRoom(key, place)) return false;
    return this.#candidates(key, place).some((one) => this.#sentBy(one, deadline));
  }

  /** Takes a slot after a write for a refusal. @returns false when nothing can have been there */
  take(key: number, place: number, row: number): boolean {
    if (!this.isPossible(key, place, row)) return false;
    const deadline = this.#operations.end[row] ?? 0;
    const name = `${key} ${place}`;
    const slot = this.#slots.get(name) ?? { key, place, deadline, rows: [] };
    slot.deadline = Math.min(slot.deadline, deadline);
    slot.rows.push(row);
    this.#slots.set(name, slot);
    return true;
  }

  /** The lowest revision that an unseen write, which a refusal rests on, comes after. */
  earliest(key: number, place: number, row: number): number {
    const deadline = this.#operations.end[row] ?? 0;
    const sent = this.#candidates(key, place).filter((one) => this.#sentBy(one, deadline));
    return Math.min(...sent.map((one) => this.#unseen.since.get(one) ?? 0));
  }

  /** Whether a refusal can ever rest on a slot of a key. */
  hasUnseen(key: number): boolean {
    return this.#unseen.byKey.has(key);
  }

  /** Whether some unseen write might explain it, in a way that was not looked for. */
  mayHelp(key: number, row: number): boolean {
    const deadline = this.#operations.end[row] ?? 0;
    return (this.#unseen.byKey.get(key) ?? []).some((one) => this.#sentBy(one, deadline));
  }

  /** Gives each slot an unseen write. @returns the refusals that are left without */
  unfilled(): number[] {
    const used = new Set<number>();
    const byDeadline = [...this.#slots.values()].sort((a, b) => a.deadline - b.deadline);
    return byDeadline.flatMap(({ key, place, deadline, rows }) => {
      const free = this.#candidates(key, place).filter(
        (one) => !used.has(one) && this.#sentBy(one, deadline),
      );
      // A conditional one fits nowhere else.
      const taken = free.find((one) => this.#isConditional(one)) ?? free[0];
      if (taken === undefined) return rows;
      used.add(taken);
      return [];
    });
  }

  /** The next write must not have been conditional on the one before, and there must be a revision between them. */
  #hasRoom(key: number, place: number): boolean {
    const next = writeAt(this.#order, key, place + 1);
    if (next === undefined) return true;
    const revision = this.#revisionOf(key, place);
    const { expected } = this.#operations;
    if (this.#isConditional(next) && expected[next] === revision) return false;
    return (this.#ledger.revision[next] ?? 0) - revision >= 2;
  }

  #candidates(key: number, place: number): readonly number[] {
    const revision = this.#revisionOf(key, place);
    const next = writeAt(this.#order, key, place + 1);
    const below = next === undefined ? Infinity : (this.#ledger.revision[next] ?? 0);
    const { expected } = this.#operations;
    return (this.#unseen.byKey.get(key) ?? []).filter(
      (row) =>
        (!this.#isConditional(row) || expected[row] === revision) &&
        (this.#unseen.since.get(row) ?? 0) < below,
    );
  }

  #revisionOf(key: number, place: number): number {
    const row = writeAt(this.#order, key, place);
    return row === undefined ? 0 : (this.#ledger.revision[row] ?? 0);
  }

  #isConditional(row: number): boolean {
    return isConditional(this.#operations, row);
  }

  #sentBy(row: number, deadline: number): boolean {
    return (this.#operations.t[row] ?? 0) <= deadline;
  }
}
