import type { ProgressEvent } from '../history/progress.ts';
import type { TimelineEntry } from '../history/record.ts';
import type { Clock } from '../support/clock.ts';
import type { Milliseconds } from '../support/units.ts';

/** Keeps the time since the run began, and its story, which it also tells to whoever listens. */
export class Story {
  readonly timeline: TimelineEntry[] = [];
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

  tell(kind: TimelineEntry['kind'], text: string): void {
    const entry = { t: this.now(), kind, text };
    this.timeline.push(entry);
    this.#listener({ type: 'line', ...entry });
  }

  show(event: ProgressEvent): void {
    this.#listener(event);
  }
}
