import { headers } from '@nats-io/transport-node';
import type { Connection } from './connect.ts';
import type { LinkState } from './link-state.ts';
import { ReplyBox } from './reply-box.ts';
import { Sending, type OutgoingMessage, type PublisherOptions } from './sending.ts';

export type { OutgoingMessage, PublisherOptions, PublishResult } from './sending.ts';

/** Acknowledged publishing with any number of messages in flight, on one reply subscription and one timer. */
export class Publisher {
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #options: PublisherOptions;
  readonly #box: ReplyBox;
  readonly #headers = headers();

  constructor(conn: Connection, link: LinkState, options: PublisherOptions) {
    this.#conn = conn;
    this.#link = link;
    this.#options = options;
    this.#box = new ReplyBox(conn);
  }

  get inFlight(): number {
    return this.#box.size;
  }

  /** Sends at once: the caller looks at the link first, for what is sent on a lost one may be sent later or never. */
  send(message: OutgoingMessage): void {
    const sending = new Sending(message, this.#options, this.#link, (reply) => {
      this.#transmit(message, reply);
    });
    sending.reply = this.#box.open(sending, this.#options.timeoutMs);
    if (!sending.attempt()) this.#box.cancel(sending.reply);
  }

  /** Resolves once every message in flight has its outcome. */
  drained(): Promise<void> {
    return this.#box.empty();
  }

  /** Gives up on everything in flight: its outcome is unknown. */
  close(why: string): void {
    this.#box.close(why);
  }

  #transmit(message: OutgoingMessage, reply: string): void {
    this.#headers.set('Nats-Msg-Id', message.id);
    this.#conn.publish(this.#options.subject, message.body(), { reply, headers: this.#headers });
  }
}
