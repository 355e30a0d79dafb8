import { CONFIRMED, CONFIRMED_LATER, DELIVERED, type DeliveryLog } from '../../history/delivery-log.ts';
import type { Instead, Outcome } from '../../history/events.ts';
import { madeOnce } from '../../support/made-once.ts';
import type { Milliseconds } from '../../support/units.ts';
import { ENDED, SlotQueue, type Slots } from './slots.ts';

/** The codes that stand for an end of a delivery. */
interface Codes {
  /** In the only row of a delivery. */
  only: number;
  /** In the second one. */
  later: number;
}

/** How an acknowledgement ended, with the codes that stand for it in a row. */
export interface Ending extends Codes {
  outcome: Outcome;
  error?: string;
}

/**
 * Writes the rows of deliveries in the order in which they came, each once its acknowledgement has ended. Where that takes
 * long, it writes a row without an outcome, and a second one later.
 */
export class DeliveryRows {
  readonly confirmed: Ending = { outcome: 'ok', only: CONFIRMED, later: CONFIRMED_LATER };
  readonly #log: DeliveryLog;
  readonly #slots: Slots;
  readonly #unwritten = new SlotQueue();
  readonly #endings = new Map<string, Ending>();
  readonly #instead = new Map<Instead, Codes>();

  constructor(log: DeliveryLog, slots: Slots) {
    this.#log = log;
    this.#slots = slots;
  }

  /**
   * How an acknowledgement ended that was not confirmed, or that of a message that was given up for good.
   *
   * @param given whether it was given up
   */
  ending(outcome: Outcome, error?: string, given = false): Ending {
    return madeOnce(this.#endings, `${given ? 'term ' : ''}${outcome} ${error ?? ''}`, () => {
      const end = {
        outcome,
        ...(given ? { instead: 'term' as const } : {}),
        ...(error === undefined ? {} : { error }),
      };
      const only = this.#log.codeOf({ row: 'acknowledged', ...end });
      return { ...end, only, later: this.#log.codeOf({ row: 'later', ...end }) };
    });
  }

  arrived(slot: number): void {
    this.#unwritten.push(slot);
  }

  /** The acknowledgement of a delivery ended; its slot is free once its row is written. */
  ended(slot: number, ending: Ending, now: Milliseconds): void {
    const acked = now - (this.#slots.t[slot] as number);
    if (this.#slots.written[slot] === 1) {
      this.#write(slot, acked, ending.later);
      this.#slots.release(slot);
    } else this.#end(slot, acked, ending.only);
  }

  /** A delivery is dealt with, and was not acknowledged. @param instead why, where that was on purpose */
  left(slot: number, instead?: Instead): void {
    const codes = instead === undefined ? undefined : this.#codesOf(instead);
    if (this.#slots.written[slot] !== 1) this.#end(slot, 0, codes?.only ?? DELIVERED);
    else {
      if (codes !== undefined) this.#write(slot, 0, codes.later);
      this.#slots.release(slot);
    }
  }

  /** Writes a row for every delivery that came before, with an outcome or without one. */
  writeBefore(t: Milliseconds): void {
    while (this.#unwritten.length > 0 && (this.#slots.t[this.#unwritten.first] as number) < t)
      this.#writeFirst();
  }

  /** Frees slots that wait for nothing but a row before theirs. */
  makeRoom(): void {
    while (this.#slots.full && this.#unwritten.length > 0) this.#writeFirst();
  }

  #codesOf(instead: Instead): Codes {
    return madeOnce(this.#instead, instead, () => ({
      only: this.#log.codeOf({ row: 'delivered', instead }),
      later: this.#log.codeOf({ row: 'later', instead }),
    }));
  }

  #writeFirst(): void {
    const slot = this.#unwritten.first;
    this.#unwritten.shift();
    this.#write(slot, 0, DELIVERED);
    this.#slots.written[slot] = 1;
    this.#writeEnded();
  }

  #end(slot: number, acked: Milliseconds, status: number): void {
    this.#slots.state[slot] = ENDED;
    this.#slots.acked[slot] = acked;
    this.#slots.status[slot] = status;
    this.#writeEnded();
  }

  #writeEnded(): void {
    const { state, acked, status } = this.#slots;
    for (let slot = this.#unwritten.first; slot >= 0 && state[slot] === ENDED; slot = this.#unwritten.first) {
      this.#unwritten.shift();
      this.#write(slot, acked[slot] as number, status[slot] as number);
      this.#slots.release(slot);
    }
  }

  #write(slot: number, acked: Milliseconds, status: number): void {
    const { t, seq, by, n, deliveries, member } = this.#slots;
    this.#log.append(
      t[slot] as number,
      seq[slot] as number,
      by[slot] as number,
      n[slot] as number,
      deliveries[slot] as number,
      acked,
      status,
      member[slot],
    );
  }
}
