import type { Outcome } from '../../history/events.ts';
import { Acker } from '../../nats/consume/acker.ts';
import type { Connection } from '../../nats/connect.ts';
import type { LinkState } from '../../nats/link-state.ts';
import { withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { DeliveryRows, Ending } from './rows.ts';
import { SENT, WAITING, type Slots } from './slots.ts';
import { Wakeup } from '../wakeup.ts';

/** What follows a delivery: an acknowledgement with or without the server's confirmation, or none at all. */
export type Acknowledgement = 'confirmed' | 'unconfirmed' | 'none';

export interface AcknowledgementsOptions {
  /** Whose messages these are. */
  member: number;
  acknowledgement: Acknowledgement;
  /** How long the server may take to confirm, and a lost connection to come back. */
  timeoutMs: Milliseconds;
  elapsedMs(): Milliseconds;
  /**
   * An acknowledgement ended. Where no confirmation is asked for, `ok` means that it was sent, or that there is none.
   *
   * @param deliveredAt when its message was delivered
   * @param latencyMs from then until it was confirmed
   */
  ended(deliveredAt: Milliseconds, outcome: Outcome, latencyMs?: Milliseconds, error?: string): void;
}

/** The history says so of an acknowledgement that nobody confirms; the consumer's ack floor shows what came of it. */
const NOT_ASKED = 'no confirmation was asked for';
const FLUSH_WITHIN_MS = 1000;

/** Acknowledges messages, any number at once, and follows each until its outcome is known. */
export class Acknowledgements {
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #slots: Slots;
  readonly #rows: DeliveryRows;
  readonly #options: AcknowledgementsOptions;
  readonly #acker: Acker;
  /** How each ends that nobody is asked to confirm; undefined where the server is asked. */
  readonly #unasked: Ending | undefined;
  readonly #wakeup = new Wakeup();
  #inFlight = 0;
  #closed = false;

  constructor(
    conn: Connection,
    link: LinkState,
    slots: Slots,
    rows: DeliveryRows,
    options: AcknowledgementsOptions,
  ) {
    this.#conn = conn;
    this.#link = link;
    this.#slots = slots;
    this.#rows = rows;
    this.#options = options;
    if (options.acknowledgement === 'unconfirmed') this.#unasked = rows.ending('unknown', NOT_ASKED);
    this.#acker = new Acker(conn, {
      answered: (token, taken) => this.#answered(token, taken),
      closed: () => this.close('the connection was closed'),
    });
    link.onChange(() => {
      if (link.connected) this.#sendWaiting();
    });
  }

  /** How many have no outcome yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Acknowledges a message, as soon as there is a connection. */
  acknowledge(slot: number): void {
    if (this.#options.acknowledgement === 'none') {
      const deliveredAt = this.#slots.t[slot] as number;
      this.#rows.left(slot);
      this.#options.ended(deliveredAt, 'ok');
      return;
    }
    const now = this.#options.elapsedMs();
    this.#inFlight += 1;
    this.#slots.state[slot] = WAITING;
    this.#slots.deadline[slot] = now + this.#options.timeoutMs;
    if (this.#link.connected) this.#send(slot, now);
  }

  /** Gives a message up for good, as soon as there is a connection. */
  giveUp(slot: number): void {
    this.#slots.given[slot] = 1;
    this.acknowledge(slot);
  }

  /** Rejects a message, so that the server delivers it again: after a delay, or at once. */
  reject(slot: number, delayMs: Milliseconds = 0): void {
    // Without a connection the server delivers it again after its time, as if it had never come.
    if (this.#link.connected) this.#acker.nak(this.#slots.ackSubject[slot] as string, delayMs);
    this.#rows.left(slot, this.#link.connected ? 'nak' : undefined);
  }

  /** Says that a message is still worked on. */
  inProgress(slot: number): void {
    if (this.#link.connected) this.#acker.inProgress(this.#slots.ackSubject[slot] as string);
  }

  /** Ends those that are past their deadline. */
  expire(): void {
    if (this.#inFlight === 0) return;
    const now = this.#options.elapsedMs();
    const confirm = `acknowledgement not confirmed within ${this.#options.timeoutMs} ms`;
    const connect = 'acknowledgement not sent: the connection did not come back';
    for (let slot = 0; slot < this.#slots.end; slot += 1) {
      if ((this.#slots.deadline[slot] as number) > now || !this.#isOwn(slot)) continue;
      if (this.#slots.state[slot] === SENT) this.#end(slot, this.#endingOf(slot, 'unknown', confirm), now);
      if (this.#slots.state[slot] === WAITING) this.#end(slot, this.#endingOf(slot, 'failed', connect), now);
    }
  }

  /** Resolves once each has its outcome, and all that nobody confirms have reached the server. */
  async drained(): Promise<void> {
    while (this.#inFlight > 0) await this.#wakeup.next();
    if (this.#unasked === undefined || !this.#link.connected) return;
    const flushed = this.#conn.flush();
    await withDeadline(flushed, FLUSH_WITHIN_MS, 'sending acknowledgements').catch(() => undefined);
  }

  /** Gives up on all that have no outcome; nothing follows any more. */
  close(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    const now = this.#options.elapsedMs();
    for (let slot = 0; slot < this.#slots.end && this.#inFlight > 0; slot += 1) {
      if (!this.#isOwn(slot)) continue;
      if (this.#slots.state[slot] === SENT) this.#end(slot, this.#endingOf(slot, 'unknown', why), now);
      if (this.#slots.state[slot] === WAITING) this.#end(slot, this.#endingOf(slot, 'failed', why), now);
    }
  }

  #send(slot: number, now: Milliseconds): void {
    const ackSubject = this.#slots.ackSubject[slot] as string;
    const given = this.#slots.given[slot] === 1;
    try {
      if (this.#unasked === undefined && !given) this.#acker.ack(ackSubject, this.#slots.tokenOf(slot));
      else if (this.#unasked === undefined) this.#acker.term(ackSubject, this.#slots.tokenOf(slot));
      else if (given) this.#acker.termUnconfirmed(ackSubject);
      else this.#acker.ackUnconfirmed(ackSubject);
    } catch (error) {
      this.#end(slot, this.#endingOf(slot, 'failed', `acknowledgement not sent: ${messageOf(error)}`), now);
      return;
    }
    if (this.#unasked !== undefined) {
      this.#end(slot, given ? this.#endingOf(slot, 'unknown', NOT_ASKED) : this.#unasked, now);
      return;
    }
    this.#slots.state[slot] = SENT;
    this.#slots.deadline[slot] = now + this.#options.timeoutMs;
  }

  #isOwn(slot: number): boolean {
    return this.#slots.member[slot] === this.#options.member;
  }

  #sendWaiting(): void {
    const now = this.#options.elapsedMs();
    for (let slot = 0; slot < this.#slots.end; slot += 1)
      if (this.#slots.state[slot] === WAITING && this.#isOwn(slot)) this.#send(slot, now);
  }

  #answered(token: number, taken: boolean): void {
    const slot = this.#slots.slotOf(token);
    if (this.#closed || slot < 0 || this.#slots.state[slot] !== SENT) return;
    const now = this.#options.elapsedMs();
    if (taken)
      this.#end(
        slot,
        this.#slots.given[slot] === 1 ? this.#rows.ending('ok', undefined, true) : this.#rows.confirmed,
        now,
      );
    else this.#end(slot, this.#endingOf(slot, 'failed', 'no consumer takes the acknowledgement'), now);
  }

  #endingOf(slot: number, outcome: Outcome, error: string): Ending {
    return this.#rows.ending(outcome, error, this.#slots.given[slot] === 1);
  }

  /** With it end all that are acknowledged along with it. */
  #end(slot: number, ending: Ending, now: Milliseconds): void {
    this.#inFlight -= 1;
    for (let one = slot, next = -1; one >= 0; one = next) {
      next = this.#slots.along[one] as number;
      const deliveredAt = this.#slots.t[one] as number;
      this.#rows.ended(one, ending, now);
      // Nothing more can be known of one that nobody confirms: for the workload it is done.
      if (ending.error === NOT_ASKED) this.#options.ended(deliveredAt, 'ok');
      else {
        const { outcome, error } = ending;
        this.#options.ended(deliveredAt, outcome, outcome === 'ok' ? now - deliveredAt : undefined, error);
      }
    }
    if (this.#inFlight === 0) this.#wakeup.set();
  }
}
