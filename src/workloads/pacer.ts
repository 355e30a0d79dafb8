import type { Milliseconds, PerSecond } from '../support/units.ts';

/** After a longer gap than this the rest of what was missed is let go, or an outage would end in a flood. */
const MAX_CATCH_UP_MS = 1000;

/** Says how many messages are due, counted from a fixed start, so that late timers do not add up. */
export class Pacer {
  readonly #perMs: number;
  readonly #maxDue: number;
  #startMs: Milliseconds = 0;
  #taken = 0;

  constructor(perSecond: PerSecond) {
    this.#perMs = perSecond / 1000;
    this.#maxDue = Math.max(1, this.#perMs * MAX_CATCH_UP_MS);
  }

  /** Counts from now on; one message is due at once. */
  restart(nowMs: Milliseconds): void {
    this.#startMs = nowMs;
    this.#taken = 0;
  }

  /** How many messages should have been sent by now and were not. */
  due(nowMs: Milliseconds): number {
    if (this.#perMs === Infinity) return Infinity;
    const due = Math.floor((nowMs - this.#startMs) * this.#perMs) + 1 - this.#taken;
    if (due <= this.#maxDue) return Math.max(0, due);
    this.#startMs += (due - this.#maxDue) / this.#perMs;
    return Math.floor(this.#maxDue);
  }

  take(): void {
    this.#taken += 1;
  }

  /** Time until the next message is due, in ms. */
  nextInMs(nowMs: Milliseconds): Milliseconds {
    if (this.#perMs === Infinity) return 0;
    return Math.max(0, this.#startMs + this.#taken / this.#perMs - nowMs);
  }
}
