import { createInbox, type Msg } from '@nats-io/transport-node';
import { messageOf } from '../../support/errors.ts';
import type { Bytes, Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import type { LinkState } from '../link-state.ts';
import { AckSubject } from './ack-subject.ts';
import type { MessageSource, SourceEvents } from './source.ts';

/** How a consumer is pulled from. */
export interface PullOptions {
  /** So many pulls may be open at once. */
  lanes: number;
  /** After this time the server ends a pull, with or without messages. */
  expiresMs: Milliseconds;
  /** A pull ends before its messages are together larger than this. */
  maxBytes?: Bytes;
}

export interface PullerOptions extends SourceEvents, Partial<PullOptions> {
  stream: string;
  consumer: string;
}

/** Open at once: the server begins with the next pull before this client has asked again. */
export const LANES = 3;
/** Short, so that a pause does not wait long for an open pull. */
const EXPIRES_MS = 1000;
/** The server allows no more than half the time after which a pull ends. */
const MOST_HEARTBEAT_MS = 5000;
/** A shorter pull ends before its heartbeats would be missed. */
const LEAST_HEARTBEAT_MS = 500;

/** Of a pull with `maxBytes` that has as much as it may. */
const FULL = /message size exceeds maxbytes/i;

/** A pull at a time, on a subscription of its own, by which its messages are told from those of others. */
interface Lane {
  inbox: string;
  subscription: { unsubscribe(): void };
  /** Where the answers to the open pull go; '' while none is open. */
  reply: string;
  missing: number;
  /** Messages that came for it. */
  came: number;
  /** Something came since the last look. */
  heard: boolean;
  heardAt: Milliseconds;
}

/** Pulls batches from one consumer. */
export class Puller implements MessageSource {
  readonly #conn: Connection;
  readonly #options: PullerOptions;
  readonly #lanes: Lane[] = [];
  readonly #delivery = new AckSubject();
  readonly #watch: NodeJS.Timeout;
  readonly #request: Record<string, number>;
  readonly #silenceMs: Milliseconds;
  #pulls = 0;
  #open = 0;
  #outstanding = 0;
  #closed = false;

  constructor(conn: Connection, link: LinkState, options: PullerOptions) {
    this.#conn = conn;
    this.#options = options;
    const { lanes = LANES, expiresMs = EXPIRES_MS, maxBytes } = options;
    for (let at = 0; at < lanes; at += 1) this.#lanes.push(this.#makeLane());
    const heartbeatMs = Math.min(MOST_HEARTBEAT_MS, expiresMs / 2);
    const beats = heartbeatMs >= LEAST_HEARTBEAT_MS;
    this.#request = {
      expires: expiresMs * 1e6,
      ...(beats ? { idle_heartbeat: heartbeatMs * 1e6 } : {}),
      ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
    };
    this.#silenceMs = beats ? 2.5 * heartbeatMs : expiresMs + LEAST_HEARTBEAT_MS;
    this.#watch = setInterval(() => this.#endSilent(), Math.min(250, heartbeatMs));
    link.onChange(() => {
      if (!link.connected) this.#endAll('the connection was lost');
    });
  }

  get free(): number {
    return this.#closed ? 0 : this.#lanes.length - this.#open;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  pull(batch: number): void {
    const lane = this.#lanes.find(({ reply }) => reply === '');
    if (lane === undefined || this.#closed) return;
    const { stream, consumer } = this.#options;
    lane.reply = `${lane.inbox}.${(this.#pulls++).toString(36)}`;
    lane.missing = batch;
    lane.came = 0;
    lane.heardAt = performance.now();
    this.#open += 1;
    this.#outstanding += batch;
    const request = { batch, ...this.#request };
    try {
      this.#conn.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
        reply: lane.reply,
      });
    } catch (error) {
      // Not at once: its caller would be called while it calls.
      queueMicrotask(() => this.#end(lane, messageOf(error)));
    }
  }

  /** Nothing comes that was not asked for. */
  hold(): void {}

  caughtUp(): void {}

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const lane of this.#lanes) lane.subscription.unsubscribe();
    this.#endAll();
  }

  #makeLane(): Lane {
    const inbox = createInbox();
    const lane: Lane = {
      inbox,
      subscription: this.#conn.subscribe(`${inbox}.*`, {
        callback: (error, msg) => {
          if (error === null) this.#take(lane, msg);
          else this.#end(lane, messageOf(error));
        },
      }),
      reply: '',
      missing: 0,
      came: 0,
      heard: false,
      heardAt: 0,
    };
    return lane;
  }

  #take(lane: Lane, msg: Msg): void {
    if (this.#closed) return;
    lane.heard = true;
    if (!this.#delivery.read(msg.reply)) {
      this.#status(lane, msg);
      return;
    }
    // A message does not say which pull it answers; a late one therefore ends the open pull a little early.
    lane.came += 1;
    if (lane.missing > 0) {
      lane.missing -= 1;
      this.#outstanding -= 1;
    }
    this.#options.received(msg, this.#delivery);
    if (lane.missing === 0) this.#end(lane);
  }

  #status(lane: Lane, msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    if (code === 100 || msg.subject !== lane.reply) return;
    const { consumer, stream } = this.#options;
    const description = msg.headers?.description ?? '';
    if (code === 404 || code === 408) this.#end(lane);
    // The next message would be too much; one that is too large by itself would never come.
    else if (code === 409 && FULL.test(description) && lane.came > 0) this.#end(lane);
    else if (code === 503) this.#end(lane, `no consumer ${consumer} answers on stream ${stream}`);
    else this.#end(lane, `the pull was refused: ${code} ${description}`.trimEnd());
  }

  #endSilent(): void {
    const now = performance.now();
    for (const lane of this.#lanes) {
      if (lane.heard) lane.heardAt = now;
      lane.heard = false;
      if (now - lane.heardAt > this.#silenceMs) this.#end(lane, 'heartbeats missed');
    }
  }

  #endAll(error?: string): void {
    for (const lane of this.#lanes) this.#end(lane, error);
  }

  #end(lane: Lane, error?: string): void {
    if (lane.reply === '') return;
    lane.reply = '';
    const { missing } = lane;
    lane.missing = 0;
    this.#open -= 1;
    this.#outstanding -= missing;
    this.#options.ended(error, missing);
  }
}
