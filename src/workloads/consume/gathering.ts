import type { Milliseconds } from '../../support/units.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { Slots } from './slots.ts';

/** After this time without another message those that were gathered are acknowledged. */
const IDLE_MS: Milliseconds = 100;

/** Messages of a consumer with ack policy `all`: the acknowledgement of the highest sequence counts for all of them. */
export class Gathering {
  readonly #slots: Slots;
  readonly #acks: Acknowledgements;
  readonly #every: number;
  /** The slot with the highest sequence; the others follow by `along`. -1 for none. */
  #highest = -1;
  #size = 0;
  #lastAt: Milliseconds = 0;

  /** @param every acknowledges after so many messages */
  constructor(slots: Slots, acks: Acknowledgements, every: number) {
    this.#slots = slots;
    this.#acks = acks;
    this.#every = every;
  }

  get size(): number {
    return this.#size;
  }

  add(slot: number, now: Milliseconds): void {
    const { seq, along } = this.#slots;
    const highest = this.#highest;
    if (highest < 0 || (seq[slot] as number) > (seq[highest] as number)) {
      along[slot] = highest;
      this.#highest = slot;
    } else {
      along[slot] = along[highest] as number;
      along[highest] = slot;
    }
    this.#size += 1;
    this.#lastAt = now;
    if (this.#size >= this.#every) this.flush();
  }

  flush(): void {
    const slot = this.#highest;
    this.#highest = -1;
    this.#size = 0;
    if (slot >= 0) this.#acks.acknowledge(slot);
  }

  flushIdle(now: Milliseconds): void {
    if (this.#size > 0 && now - this.#lastAt >= IDLE_MS) this.flush();
  }

  /** All slots, which it no longer keeps. */
  takeAll(): number[] {
    const all: number[] = [];
    for (let slot = this.#highest; slot >= 0; slot = this.#slots.along[slot] as number) all.push(slot);
    this.#highest = -1;
    this.#size = 0;
    return all;
  }
}
