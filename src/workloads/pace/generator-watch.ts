import { performance } from 'node:perf_hooks';
import type { Milliseconds } from '../../support/units.ts';

const TICK_MS = 10;
const LOOK_EVERY_MS = 500;
/** Of its thread's time. */
const BUSY = 0.95;

/** What it may be late without anyone having to know. */
export const TOLERATED_MS: Milliseconds = 20;

/**
 * Observes whether this thread keeps up, so that a rate that it could not offer is never held against the server: whether
 * its timers come in time, and how much of its time is used.
 */
export class GeneratorWatch {
  readonly #now: () => Milliseconds;
  readonly #timer: NodeJS.Timeout;
  #tickedAt: Milliseconds;
  #lookedAt: Milliseconds;
  #usage = performance.eventLoopUtilization();
  #busy = false;
  /** The last time in which no timer came. */
  #stall = { from: -Infinity, to: -Infinity };

  constructor(now: () => Milliseconds) {
    this.#now = now;
    this.#tickedAt = now();
    this.#lookedAt = this.#tickedAt;
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
    this.#timer.unref();
  }

  /** Whether it was slow itself at some time between the two. */
  wasSlow(from: Milliseconds, to: Milliseconds): boolean {
    const isLate = to - this.#tickedAt > TICK_MS + TOLERATED_MS;
    return this.#busy || isLate || (this.#stall.to > from && this.#stall.from < to);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.#now();
    if (now - this.#tickedAt > TICK_MS + TOLERATED_MS) this.#stall = { from: this.#tickedAt, to: now };
    this.#tickedAt = now;
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    const usage = performance.eventLoopUtilization();
    this.#busy = performance.eventLoopUtilization(usage, this.#usage).utilization > BUSY;
    this.#usage = usage;
  }
}
