import { GONE_MS, saysNotFound } from '../../nats/not-found.ts';
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

export interface DrainWatchOptions {
  address: string;
  readonly ask: () => Promise<Standing>;
  readonly now: () => Milliseconds;
  /** Since when the servers have said, without a break until now, that it does not exist. */
  goneSince?: Milliseconds | undefined;
}

/** One without progress for this long had time enough: pulls are repeated several times a second. */
const STILL_MS: Milliseconds = 5_000;

/** The mark of one that the servers say does not exist. */
const NOT_FOUND = 'not found';

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
      this.error = error;
      const mark = this.isMissing ? NOT_FOUND : 'no answer';
      if (mark !== this.#mark) this.#changed(mark);
      this.left = messageOf(error);
    }
    return this.left;
  }

  /** Whether the servers say that it does not exist. */
  get isMissing(): boolean {
    return saysNotFound(this.error);
  }

  /** Whether nothing has moved, or it has been missing, for so long that more time would not help. */
  get isFinal(): boolean {
    const enoughMs = this.isMissing ? GONE_MS : Math.max(STILL_MS, this.#quietMs);
    return this.#now() - this.#changedAt >= enoughMs;
  }

  #changed(mark: string): void {
    this.#mark = mark;
    this.#changedAt = this.#now();
  }
}
