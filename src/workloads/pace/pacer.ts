import type { Milliseconds } from '../../support/units.ts';
import type { Schedule } from './schedule.ts';

/** Follows a schedule, so that late timers do not add up, and says when each message was due. */
export class Pacer {
  /** Messages that were due and are left out, because the schedule went on. */
  skipped = 0;
  readonly #schedule: Schedule;
  readonly #step: number;
  #startMs: Milliseconds = 0;
  /** Of the next message, in the schedule. */
  #index: number;

  /** @param lane which of `lanes` publishers it is: they take the messages of the schedule in turn */
  constructor(schedule: Schedule, lane = 0, lanes = 1) {
    this.#schedule = schedule;
    this.#index = lane;
    this.#step = lanes;
  }

  /** The place of the next message in the schedule. */
  get index(): number {
    return this.#index;
  }

  /** Goes on from now on as if the message at this place of the schedule were due now. */
  restart(nowMs: Milliseconds, index = this.#index): void {
    this.#startMs = nowMs - this.#schedule.dueMs(index);
  }

  /** When the next message is due. */
  get nextDueMs(): Milliseconds {
    return this.#startMs + this.#schedule.dueMs(this.#index);
  }

  /** How many messages should have been sent by now and were not; leaves out those that nobody may catch up with. */
  due(nowMs: Milliseconds): number {
    const ms = nowMs - this.#startMs;
    const due = this.#countTo(ms);
    if (due <= 1) return due;
    const tooLate = Math.min(this.#countTo(ms - this.#schedule.catchUpMs), due - 1);
    if (tooLate <= 0) return due;
    this.skipped += tooLate;
    this.#index += tooLate * this.#step;
    return due - tooLate;
  }

  take(): void {
    this.#index += this.#step;
  }

  /** Time until the next message is due, in ms. */
  nextInMs(nowMs: Milliseconds): Milliseconds {
    return Math.max(0, this.nextDueMs - nowMs);
  }

  /** How many of its own, from the next one on, are due by then. */
  #countTo(ms: Milliseconds): number {
    return Math.max(0, Math.ceil((this.#schedule.countBy(ms) - this.#index) / this.#step));
  }
}
