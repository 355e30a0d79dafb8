import type { Milliseconds } from '../support/units.ts';

const TICK_MS = 10;

/** Many deadlines on one timer: a timer for each operation would cost more than the operation. */
export class DeadlineWheel<T> {
  readonly #expire: (item: T) => void;
  readonly #slots = new Map<number, Set<T>>();
  readonly #slotOf = new Map<T, number>();
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `expire` is called once for each item that is still on the wheel at its deadline, at most 20 ms late. */
  constructor(expire: (item: T) => void) {
    this.#expire = expire;
  }

  get size(): number {
    return this.#slotOf.size;
  }

  /** Sets the deadline of an item, in place of an earlier one. */
  set(item: T, afterMs: Milliseconds): void {
    this.delete(item);
    if (this.#timer === undefined) this.#start();
    // The slot being turned is past: an item put there would never come up again.
    const slot = Math.max(this.#next + 1, Math.ceil((performance.now() + afterMs) / TICK_MS));
    const items = this.#slots.get(slot);
    if (items === undefined) this.#slots.set(slot, new Set([item]));
    else items.add(item);
    this.#slotOf.set(item, slot);
  }

  delete(item: T): void {
    const slot = this.#slotOf.get(item);
    if (slot === undefined) return;
    this.#slotOf.delete(item);
    this.#slots.get(slot)?.delete(item);
  }

  #start(): void {
    this.#next = Math.floor(performance.now() / TICK_MS);
    this.#timer = setInterval(() => {
      this.#turn();
    }, TICK_MS);
  }

  #turn(): void {
    const now = Math.floor(performance.now() / TICK_MS);
    for (; this.#next <= now; this.#next += 1) {
      const items = this.#slots.get(this.#next);
      if (items === undefined) continue;
      this.#slots.delete(this.#next);
      for (const item of items) {
        this.#slotOf.delete(item);
        this.#expire(item);
      }
    }
    if (this.#slotOf.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#slots.clear();
  }
}
