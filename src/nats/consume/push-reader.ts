import type { ConsumerConfig, JetStreamManager } from '@nats-io/jetstream';
import { withDeadline } from '../../support/deadline.ts';
import { messageOf } from '../../support/errors.ts';
import { openManager } from '../assets/manager.ts';
import type { Connection } from '../connect.ts';
import type { LinkState } from '../link-state.ts';
import { PushSubscription } from './push-subscription.ts';
import type { MessageSource, SourceEvents } from './source.ts';

export interface PushReaderOptions extends SourceEvents {
  stream: string;
  consumer: string;
}

/** A server that does not answer must not delay a pause. */
const DRAIN_WITHIN_MS = 2000;

/**
 * Takes what a push consumer delivers, as one of its deliver group where it has one. Where the consumer delivers to is
 * asked again whenever it is subscribed to, as after missed heartbeats.
 */
export class PushReader implements MessageSource {
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #options: PushReaderOptions;
  #manager: JetStreamManager | undefined;
  #subscription: PushSubscription | undefined;
  #opening = false;
  #draining = false;
  /** Wanted, as long as nobody holds it. */
  #wanted = false;
  #closed = false;

  constructor(conn: Connection, link: LinkState, options: PushReaderOptions) {
    this.#conn = conn;
    this.#link = link;
    this.#options = options;
  }

  get free(): number {
    const isBusy = this.#opening || this.#draining || this.#subscription !== undefined;
    return this.#closed || isBusy ? 0 : 1;
  }

  /** 1 while something may still come although nobody wants it. */
  get outstanding(): number {
    return this.#draining ? 1 : 0;
  }

  pull(): void {
    if (this.free === 0) return;
    this.#wanted = true;
    this.#opening = true;
    void this.#open();
  }

  hold(): void {
    this.#wanted = false;
    if (this.#subscription === undefined || this.#draining) return;
    this.#draining = true;
    const subscription = this.#subscription;
    void withDeadline(subscription.drain(), DRAIN_WITHIN_MS, 'the end of a subscription')
      .catch(() => subscription.close())
      .then(() => {
        this.#draining = false;
        this.#subscription = undefined;
        this.#options.ended(undefined, 0);
      });
  }

  caughtUp(): void {
    this.#subscription?.caughtUp();
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  async #open(): Promise<void> {
    let problem: string | undefined;
    try {
      const config = await this.#configOf();
      if (this.#wanted) this.#subscription = this.#subscribe(config);
    } catch (error) {
      const { consumer, stream } = this.#options;
      problem = `no push consumer ${consumer} on stream ${stream}: ${messageOf(error)}`;
    }
    this.#opening = false;
    if (this.#closed) this.close();
    else if (this.#subscription === undefined) this.#options.ended(problem, 0);
  }

  async #configOf(): Promise<ConsumerConfig> {
    const { stream, consumer } = this.#options;
    this.#manager ??= await openManager(this.#conn);
    const { config } = await this.#manager.consumers.info(stream, consumer);
    if (config.deliver_subject === undefined) throw new TypeError('it is a pull consumer');
    return config;
  }

  #subscribe({ deliver_subject = '', deliver_group, idle_heartbeat }: ConsumerConfig): PushSubscription {
    return new PushSubscription(this.#conn, this.#link, {
      subject: deliver_subject,
      ...(deliver_group === undefined ? {} : { queue: deliver_group }),
      // Of a group, the server sends heartbeats to one member at a time.
      heartbeatMs: deliver_group === undefined ? (idle_heartbeat ?? 0) / 1e6 : 0,
      received: (msg, delivery) => this.#options.received(msg, delivery),
      failed: (error) => {
        this.#subscription = undefined;
        this.#options.ended(error, 0);
      },
    });
  }
}
