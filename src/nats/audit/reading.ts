import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { SequenceSet } from '../sequence-set.ts';

/** What is read, and what ends the reading early. */
export interface ReadSource {
  conn: Connection;
  stream: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** A message, as a stream holds it. */
export interface StoredMessage {
  subject: string;
  body: Uint8Array;
  /** When it was stored, µs since 1970. */
  time: number;
  /** Its headers, a line for each value, in the order of their names; '' without any. */
  headers: string;
}

/** Takes what a stream holds, in the order of sequence. */
export interface StoredSink {
  found(seq: number, message: StoredMessage): void;
  /** The stream holds nothing there, or no longer. */
  missing(seq: number): void;
}

/** When something was last read: a stream of any length may take its time, as long as it goes on. */
export class Progress {
  readonly #stalledAfterMs: Milliseconds;
  #at = performance.now();

  constructor(stalledAfterMs: Milliseconds) {
    this.#stalledAfterMs = stalledAfterMs;
  }

  get stalled(): boolean {
    return performance.now() > this.deadline;
  }

  /** On the monotonic clock; each thing that is read moves it. */
  get deadline(): Milliseconds {
    return this.#at + this.#stalledAfterMs;
  }

  made(): void {
    this.#at = performance.now();
  }
}

/** The sequences that a stream says it holds, taken in rising order. */
export class ExpectedSequences {
  readonly #deleted = new SequenceSet();
  readonly #last: number;
  #next: number;
  #left: number;

  /** @param deleted those between first and last that it does not hold */
  constructor(first: number, last: number, deleted: readonly number[] = []) {
    for (const seq of deleted) this.#deleted.add(seq);
    this.#last = last;
    this.#next = first - 1;
    this.#left = Math.max(0, last - first + 1);
    for (const seq of deleted) if (seq >= first && seq <= last) this.#left -= 1;
    this.#moveOn();
  }

  /** The first that was not taken yet; beyond the last when all were. */
  get next(): number {
    return this.#next;
  }

  get left(): number {
    return this.#left;
  }

  /** Takes the next. */
  take(): number {
    const seq = this.#next;
    this.#left -= 1;
    this.#moveOn();
    return seq;
  }

  /** Takes those before a sequence, at most so many. */
  *takeBefore(seq: number, most = Infinity): Generator<number> {
    for (let taken = 0; taken < most && this.#next < seq && this.#next <= this.#last; taken += 1)
      yield this.take();
  }

  #moveOn(): void {
    do this.#next += 1;
    while (this.#next <= this.#last && this.#deleted.has(this.#next));
  }
}
