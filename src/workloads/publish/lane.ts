import type { Connection } from '../../nats/connect.ts';
import { watchLink, type LinkState } from '../../nats/link-state.ts';
import { Publisher, type OutcomeSink, type PublisherOptions } from '../../nats/publish/publisher.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { OfferTally } from '../pace/offer-tally.ts';
import { Pacer } from '../pace/pacer.ts';
import type { Messages } from './messages.ts';
import type { Schedule } from '../pace/schedule.ts';

export interface LaneOptions extends Omit<PublisherOptions, 'form'> {
  conn: Connection;
  messages: Messages;
  /** Left out: as soon as there is room. */
  schedule: Schedule | undefined;
  /** Which of `lanes` publishers it is: of n lanes, the first one has the messages 1, n + 1, 2n + 1 … */
  lane: number;
  lanes: number;
  offer: OfferTally;
  sink: OutcomeSink;
  /** The number of the last message that may be sent now; 0: none. */
  bound: () => number;
  /** Called after each message or batch. */
  sent: (messages: number) => void;
}

/** One connection of a publishing workload: sends its share of the messages when they are due and there is room. */
export class Lane {
  readonly conn: Connection;
  readonly publisher: Publisher;
  readonly #options: LaneOptions;
  readonly #link: LinkState;
  readonly #pacer: Pacer | undefined;
  /** Sending continues once this few are in flight, so that one write carries many messages. */
  readonly #refillAt: number;
  /** The number of its next message. */
  #n: number;
  /** A message is due and there is no room for it. */
  #blocked = false;
  /** When there was room again. */
  #freeFrom: Milliseconds = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions) {
    const { conn, lane, lanes, maxInFlight, messages, schedule, sink } = options;
    this.conn = conn;
    this.#options = options;
    this.#link = watchLink(conn);
    this.#n = lane + 1;
    this.#refillAt = Math.floor(maxInFlight * 0.75);
    if (schedule !== undefined) this.#pacer = new Pacer(schedule, lane, lanes);
    const { expected, form } = messages;
    this.publisher = new Publisher(
      conn,
      this.#link,
      { ...options, form },
      {
        acknowledged: (n, t, due, endedAt, seq) => {
          expected?.ended(n, seq);
          sink.acknowledged(n, t, due, endedAt, seq);
          this.#settled();
        },
        ended: (n, t, due, endedAt, seq, result) => {
          expected?.ended(n, seq, result.error);
          sink.ended(n, t, due, endedAt, seq, result);
          this.#settled();
        },
      },
    );
    this.#link.onChange(() => {
      this.tick();
    });
  }

  /** The place of its next message in the schedule. */
  get index(): number {
    return this.#pacer?.index ?? 0;
  }

  /** Goes on as if the message at this place of the schedule were due now. */
  restart(now: Milliseconds, index: number): void {
    this.#pacer?.restart(now, index);
    this.#freeFrom = now;
    this.tick();
  }

  /** Counts what is due by now and will not be sent. */
  stop(): void {
    this.halt();
    const pacer = this.#pacer;
    if (pacer === undefined || this.#n > this.#options.bound()) return;
    const now = this.#options.now();
    const late = now - pacer.nextDueMs;
    const due = this.#due(pacer, now);
    this.#options.offer.skipped(now, due, late, this.#blocked);
  }

  halt(): void {
    clearTimeout(this.#timer);
  }

  /** Sends the messages that are due and have room, and schedules itself for the next. */
  tick(): void {
    this.halt();
    const { bound, maxInFlight, now } = this.#options;
    if (this.#n > bound()) return;
    // A reconnect makes room without an outcome.
    if (this.#blocked && this.#hasRoom()) this.#free();
    // One turn sends no more than fit, so that what cannot be sent at all does not hold up everything else.
    let left = this.#pacer === undefined ? maxInFlight : this.#due(this.#pacer, now());
    for (; left > 0 && this.#hasRoom(); left -= 1) {
      this.#send();
      if (this.#n > bound()) return;
    }
    this.#blocked = !this.#hasRoom();
    if (this.#blocked) return; // the next outcome, or the reconnect, calls again
    this.#timer = setTimeout(
      () => {
        this.tick();
      },
      this.#pacer?.nextInMs(now()) ?? 0,
    );
  }

  #due(pacer: Pacer, now: Milliseconds): number {
    const late = now - pacer.nextDueMs;
    const before = pacer.skipped;
    const due = pacer.due(now);
    if (pacer.skipped > before)
      this.#options.offer.skipped(
        now,
        pacer.skipped - before,
        late,
        this.#blocked || this.#freeFrom > now - late,
      );
    return due;
  }

  #hasRoom(): boolean {
    const { expected } = this.#options.messages;
    return (
      this.#link.connected &&
      this.publisher.inFlight < this.#options.maxInFlight &&
      (expected === undefined || expected.isReady(this.#n))
    );
  }

  #send(): void {
    const { lanes, messages, now, offer, sent } = this.#options;
    const n = this.#n;
    const count = messages.form.messagesIn(n);
    const pacer = this.#pacer;
    const due = pacer?.nextDueMs;
    for (let at = 0; at < count; at += 1) pacer?.take();
    this.#n += count * lanes;
    messages.expected?.sent(n);
    const t = now();
    if (due !== undefined) offer.sent(t, due, this.#freeFrom, count);
    this.publisher.send(n, due ?? t, t);
    sent(count);
  }

  #settled(): void {
    if (!this.#blocked) return;
    if (this.publisher.inFlight > this.#refillAt && this.#options.messages.expected === undefined) return;
    this.#free();
    // Not at once: an outcome may be known before `send` has returned.
    queueMicrotask(() => {
      this.tick();
    });
  }

  #free(): void {
    this.#blocked = false;
    this.#freeFrom = this.#options.now();
  }
}
