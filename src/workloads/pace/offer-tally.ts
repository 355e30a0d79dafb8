import type { OfferRecord } from '../../history/workload-record.ts';
import type { Milliseconds } from '../../support/units.ts';
import { TOLERATED_MS, type GeneratorWatch } from './generator-watch.ts';

/** Counts how far a load was offered as it was planned, and whose doing it was where it was not. */
export class OfferTally {
  readonly #watch: GeneratorWatch;
  #sent = 0;
  #late = 0;
  #skipped = 0;
  /** By second: what the generator itself did not offer in time. */
  readonly #byGenerator = new Map<number, { late: number; skipped: number }>();

  constructor(watch: GeneratorWatch) {
    this.#watch = watch;
  }

  /** @param freeFrom from when on nothing but the generator kept it from being sent */
  sent(t: Milliseconds, dueMs: Milliseconds, freeFrom: Milliseconds, messages: number): void {
    this.#sent += messages;
    if (t - dueMs <= TOLERATED_MS) return;
    this.#late += messages;
    const isOurs = t - Math.max(dueMs, freeFrom) > TOLERATED_MS || this.#watch.wasSlow(dueMs, t);
    if (isOurs) this.#second(t).late += messages;
  }

  /** @param wasBlocked whether there was no room, or no connection, for it */
  skipped(t: Milliseconds, messages: number, lateMs: Milliseconds, wasBlocked: boolean): void {
    if (messages === 0) return;
    this.#skipped += messages;
    if (!wasBlocked || this.#watch.wasSlow(t - lateMs, t)) this.#second(t).skipped += messages;
  }

  record(): OfferRecord {
    return {
      planned: this.#sent + this.#skipped,
      sent: this.#sent,
      late: this.#late,
      skipped: this.#skipped,
      byGenerator: [...this.#byGenerator].map(([second, counts]) => ({ t: second * 1000, ...counts })),
    };
  }

  #second(t: Milliseconds): { late: number; skipped: number } {
    const at = Math.floor(t / 1000);
    let second = this.#byGenerator.get(at);
    if (second === undefined) this.#byGenerator.set(at, (second = { late: 0, skipped: 0 }));
    return second;
  }
}
