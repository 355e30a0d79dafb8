import { saysNotFound } from '../../nats/not-found.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';

/** How far a consumer or mirror is. */
export interface Standing {
  /** What is still to come, in words; null when nothing is. */
  left: string | null;
  /** Differs from the one before whenever anything has moved. */
  mark: string;
  /** How long it may stand still although all is well. */
  quietMs: Milliseconds;
}

const NOT_FOUND = 'not found';

export interface DrainWatchOptions {
  address: string;
  readonly ask: () => Promise<Standing>;
  readonly now: () => Milliseconds;
  /** Since when the servers have said, without a break until now, that it does not exist. */
  goneSince?: Milliseconds | undefined;
}

/** One consumer or mirror that the drain waits for, observed again and again. */
export class DrainWatch {
  readonly address: string;
  /** What is still to come, in words; after a failed question, its error. */
  left: string | null = null;
  /** Why the last question had no answer. */
  error: unknown;
  readonly #ask: () => Promise<Standing>;
  readonly #now: () => Milliseconds;
  #mark = '';
  #quietMs: Milliseconds = 0;
  /** When it was last observed to move, or to begin or cease to answer. */
  #changedAt: Milliseconds;

  constructor({ address, ask, now, goneSince }: DrainWatchOptions) {
    this.address = address;
    this.#ask = ask;
    this.#now = now;
    this.#mark = goneSince === undefined ? '' : NOT_FOUND;
    this.#changedAt = goneSince ?? now();
  }

  async observe(): Promise<string | null> {
    try {
      const { left, mark, quietMs } = await this.#ask();
      if (mark !== this.#mark) this.#changed(mark);
      this.#quietMs = quietMs;
      this.error = undefined;
      this.left = left;
    } catch (error) {
      const mark = saysNotFound(error) ? NOT_FOUND : 'no answer';
      if (mark !== this.#mark) this.#changed(mark);
      this.error = error;
      this.left = messageOf(error);
    }
    return this.left;
  }

  /** Whether nothing has moved for so long that more time would not have helped. */
  isStill(leastMs: Milliseconds): boolean {
    return this.#now() - this.#changedAt >= Math.max(leastMs, this.#quietMs);
  }

  /** Whether the servers have said for so long that it does not exist. */
  isGone(leastMs: Milliseconds): boolean {
    return saysNotFound(this.error) && this.#now() - this.#changedAt >= leastMs;
  }

  #changed(mark: string): void {
    this.#mark = mark;
    this.#changedAt = this.#now();
  }
}
