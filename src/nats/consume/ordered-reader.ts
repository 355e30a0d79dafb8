import type { JetStreamManager } from '@nats-io/jetstream';
import { createInbox, type Msg } from '@nats-io/transport-node';
import { messageOf } from '../../support/errors.ts';
import { openManager } from '../assets/manager.ts';
import type { Connection } from '../connect.ts';
import type { LinkState } from '../link-state.ts';
import type { AckSubject } from './ack-subject.ts';
import { Puller, type PullOptions } from './puller.ts';
import { PushSubscription } from './push-subscription.ts';
import type { MessageSource, SourceEvents } from './source.ts';

export interface OrderedReaderOptions extends SourceEvents {
  stream: string;
  /** Its consumers push; left out: they are pulled from. */
  push?: boolean;
  pulls?: Partial<PullOptions>;
}

/** How long the server keeps a consumer that nobody pulls from, as while a workload is paused. */
const INACTIVE_NS = 300e9;
/** Of a consumer that pushes: so often it says that it is there, and how far it is. */
const HEARTBEAT_MS = 1000;

/** A consumer of its own, as long as it has given no reason to make another one. */
interface Current {
  name: string;
  pulls?: Puller;
  pushes?: PushSubscription;
}

/**
 * Reads a stream from its first message on, in order, without acknowledgements: through a consumer of its own, which it
 * makes anew, after the last message that came, whenever one is left out or the consumer does not answer.
 */
export class OrderedReader implements MessageSource {
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #options: OrderedReaderOptions;
  #manager: JetStreamManager | undefined;
  #consumer: Current | undefined;
  /** Resolves when the consumer that was last asked for is there, or has failed. */
  #opening: Promise<void> | undefined;
  /** Asked for by the pull that waits for its consumer; 0 while none does. */
  #waiting = 0;
  #lastSeq = 0;
  #consumerSeq = 0;
  #held = false;
  #closed = false;

  constructor(conn: Connection, link: LinkState, options: OrderedReaderOptions) {
    this.#conn = conn;
    this.#link = link;
    this.#options = options;
  }

  get free(): number {
    if (this.#closed || this.#waiting > 0) return 0;
    return this.#consumer === undefined ? 1 : (this.#consumer.pulls?.free ?? 0);
  }

  get outstanding(): number {
    return this.#options.push === true ? 0 : this.#waiting + (this.#consumer?.pulls?.outstanding ?? 0);
  }

  pull(batch: number): void {
    this.#held = false;
    if (this.#consumer !== undefined) this.#consumer.pulls?.pull(batch);
    else if (!this.#closed) {
      this.#waiting = batch;
      this.#opening = this.#open();
    }
  }

  /** What would be pushed meanwhile is asked for again from a new consumer. */
  hold(): void {
    this.#held = true;
    if (this.#options.push === true) this.#release();
  }

  caughtUp(): void {
    this.#consumer?.pushes?.caughtUp();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#release();
    // One whose name is not known yet cannot be deleted yet, and would stay for minutes.
    await this.#opening;
  }

  async #open(): Promise<void> {
    let problem: string | undefined;
    try {
      this.#consumerSeq = 0;
      const consumer = this.#options.push === true ? await this.#openPush() : await this.#openPull();
      this.#consumer = consumer;
      if (this.#closed || (this.#held && consumer.pushes !== undefined)) this.#release();
      else consumer.pulls?.pull(this.#waiting);
    } catch (error) {
      problem = `no ordered consumer on stream ${this.#options.stream}: ${messageOf(error)}`;
    }
    const missing = this.outstanding > 0 ? this.#waiting : 0;
    this.#waiting = 0;
    if (this.#consumer === undefined) this.#options.ended(problem, missing);
  }

  async #openPull(): Promise<Current> {
    const name = await this.#create({});
    const { stream, pulls } = this.#options;
    const puller = new Puller(this.#conn, this.#link, {
      stream,
      consumer: name,
      ...pulls,
      received: (msg, delivery) => this.#received(msg, delivery),
      ended: (error, missing) => {
        // One that was given up has said so already.
        if (puller === this.#consumer?.pulls) this.#ended(error, missing);
      },
    });
    return { name, pulls: puller };
  }

  async #openPush(): Promise<Current> {
    const subject = createInbox();
    const pushes = new PushSubscription(this.#conn, this.#link, {
      subject,
      heartbeatMs: HEARTBEAT_MS,
      received: (msg, delivery) => this.#received(msg, delivery),
      sent: (consumerSeq) => {
        if (pushes === this.#consumer?.pushes && consumerSeq > this.#consumerSeq) this.#gap();
      },
      failed: (error) => {
        if (pushes === this.#consumer?.pushes) this.#ended(error, 0);
      },
    });
    try {
      const heartbeat = { idle_heartbeat: HEARTBEAT_MS * 1e6, flow_control: true };
      return { name: await this.#create({ deliver_subject: subject, ...heartbeat }), pushes };
    } catch (error) {
      pushes.close();
      throw error;
    }
  }

  async #create(delivery: Record<string, unknown>): Promise<string> {
    this.#manager ??= await openManager(this.#conn);
    const { name } = await this.#manager.consumers.add(this.#options.stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#lastSeq + 1,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: INACTIVE_NS,
      ...delivery,
    });
    return name;
  }

  #received(msg: Msg, delivery: AckSubject): void {
    if (this.#closed || (this.#held && this.#options.push === true)) return;
    if (delivery.consumerSeq !== this.#consumerSeq + 1) {
      this.#gap();
      return;
    }
    this.#consumerSeq += 1;
    this.#lastSeq = delivery.seq;
    this.#options.received(msg, delivery);
  }

  /** Something was left out: the next consumer begins with it. */
  #gap(): void {
    // A consumer that pushes may do so before its name is known.
    if (this.#consumer === undefined) return;
    this.#release();
    this.#options.ended(undefined, 0);
  }

  #ended(error: string | undefined, missing: number): void {
    if (error !== undefined) this.#release();
    this.#options.ended(error, missing);
  }

  #release(): void {
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    this.#consumer = undefined;
    consumer.pulls?.close();
    consumer.pushes?.close();
    // Without an answer, which nobody waits for: it would end by itself.
    if (!this.#conn.isClosed())
      this.#conn.publish(`$JS.API.CONSUMER.DELETE.${this.#options.stream}.${consumer.name}`);
  }
}
