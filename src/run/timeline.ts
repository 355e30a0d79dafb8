import type { ProgressEvent } from '../history/progress.ts';
import type { TimelineEntry } from '../history/record.ts';
import type { Clock } from '../support/clock.ts';
import type { Milliseconds } from '../support/units.ts';

/** Keeps the time since the run began, and what happened in it; the listener gets each entry. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #listener: (event: ProgressEvent) => void;

  constructor(clock: Clock, listener: (event: ProgressEvent) => void) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#listener = listener;
  }

  /** Milliseconds since the run began. */
  readonly now = (): Milliseconds => Math.round((this.#clock.monotonicMs() - this.#startMs) * 10) / 10;

  log(kind: TimelineEntry['kind'], text: string): void {
    const entry = { t: this.now(), kind, text };
    this.entries.push(entry);
    this.#listener({ type: 'line', ...entry });
  }

  show(event: ProgressEvent): void {
    this.#listener(event);
  }
}
