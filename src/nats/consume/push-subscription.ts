import type { Msg } from '@nats-io/transport-node';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import type { LinkState } from '../link-state.ts';
import { AckSubject } from './ack-subject.ts';

export interface PushSubscriptionOptions {
  /** Where the consumer delivers to. */
  subject: string;
  /** Its deliver group. */
  queue?: string;
  /** How often a server without messages says that it is there; 0: never. */
  heartbeatMs: Milliseconds;
  received(msg: Msg, delivery: AckSubject): void;
  /** The server says that this was its last message: its sequence among those of the consumer. */
  sent?(consumerSeq: number): void;
  failed(error: string): void;
}

/** Missed heartbeats in a row after which a consumer counts as silent. */
const MISSED = 2.5;

/** Takes what a push consumer sends, answers its flow control, and notices when its heartbeats stay away. */
export class PushSubscription {
  readonly #conn: Connection;
  readonly #options: PushSubscriptionOptions;
  readonly #delivery = new AckSubject();
  readonly #subscription: { unsubscribe(): void; drain(): Promise<void> };
  readonly #watch: NodeJS.Timeout | undefined;
  /** Answers to these let the server go on. */
  #waiting: string[] = [];
  #unread = false;
  #heard = true;
  #heardAt = performance.now();
  #closed = false;

  constructor(conn: Connection, link: LinkState, options: PushSubscriptionOptions) {
    this.#conn = conn;
    this.#options = options;
    const { subject, queue, heartbeatMs } = options;
    this.#subscription = conn.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, msg) => {
        if (error === null) this.#take(msg);
        else this.#fail(messageOf(error));
      },
    });
    if (heartbeatMs > 0)
      this.#watch = setInterval(() => {
        // Without a connection nothing can be heard, and it comes back by itself.
        if (!link.connected) this.#heard = true;
        this.#look(heartbeatMs);
      }, heartbeatMs / 2);
  }

  /** All messages that came are dealt with. */
  caughtUp(): void {
    this.#unread = false;
    if (this.#waiting.length > 0) this.#answer();
  }

  /** Asks for no more, and resolves once all has come that was under way. */
  async drain(): Promise<void> {
    clearInterval(this.#watch);
    // Without a connection nothing is under way any more.
    await this.#subscription.drain().catch(() => undefined);
    this.#closed = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watch);
    if (!this.#conn.isClosed()) this.#subscription.unsubscribe();
  }

  #take(msg: Msg): void {
    if (this.#closed) return;
    this.#heard = true;
    if (this.#delivery.read(msg.reply)) {
      this.#unread = true;
      this.#options.received(msg, this.#delivery);
    } else if (msg.headers?.code === 100) this.#status(msg);
  }

  /** A heartbeat, which says what was sent last, or a request of flow control. */
  #status(msg: Msg): void {
    const stalled = msg.headers?.get('Nats-Consumer-Stalled');
    if (msg.reply !== undefined && msg.reply !== '') this.#waiting.push(msg.reply);
    else if (stalled !== undefined && stalled !== '') this.#waiting.push(stalled);
    if (this.#waiting.length > 0 && !this.#unread) this.#answer();
    const last = Number(msg.headers?.get('Nats-Last-Consumer'));
    if (last > 0) this.#options.sent?.(last);
  }

  #answer(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (!this.#conn.isClosed()) for (const subject of waiting) this.#conn.publish(subject);
  }

  #look(heartbeatMs: Milliseconds): void {
    const now = performance.now();
    if (this.#heard) this.#heardAt = now;
    this.#heard = false;
    if (now - this.#heardAt > MISSED * heartbeatMs) this.#fail('heartbeats missed');
  }

  #fail(error: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.failed(error);
  }
}
