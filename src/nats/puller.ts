import { createInbox, type Msg } from '@nats-io/transport-node';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';
import type { LinkState } from './link-state.ts';

export interface PulledMessage {
  /** Stream sequence. */
  seq: number;
  /** 1 for a first delivery, as the server counts. */
  deliveries: number;
  subject: string;
  body: Uint8Array;
  /** Where its acknowledgement goes. */
  ackSubject: string;
}

/** Why a pull is over; `error` when that is bad news. */
export interface PullEnd {
  error?: string;
}

export interface PullerOptions {
  stream: string;
  consumer: string;
  /** Called for every message, also for one that arrives after its pull was given up. */
  received(message: PulledMessage): void;
}

/** Short, so that a pause need not wait long for the pull that is open; the server allows no shorter heartbeat. */
const EXPIRES_MS = 1000;
const HEARTBEAT_MS = 500;
const SILENCE_MS = 2.5 * HEARTBEAT_MS;

/** Pulls batches from one consumer, one pull at a time. */
export class Puller {
  readonly #conn: Connection;
  readonly #options: PullerOptions;
  readonly #inbox = createInbox();
  readonly #subscription: { unsubscribe(): void };
  #pulls = 0;
  #open: { token: string; missing: number; heardAt: Milliseconds; end(end: PullEnd): void } | undefined;

  constructor(conn: Connection, link: LinkState, options: PullerOptions) {
    this.#conn = conn;
    this.#options = options;
    this.#subscription = conn.subscribe(`${this.#inbox}.*`, {
      callback: (error, msg) => {
        if (error === null) this.#take(msg);
        else this.#open?.end({ error: messageOf(error) });
      },
    });
    link.onChange(() => {
      if (!link.connected) this.#open?.end({ error: 'the connection was lost' });
    });
  }

  /** Asks for at most `batch` messages. Resolves when they are here, or none come within a second, or it failed. */
  pull(batch: number): Promise<PullEnd> {
    const { stream, consumer } = this.#options;
    const token = (this.#pulls++).toString(36);
    return new Promise((resolve) => {
      const watch = setInterval(() => {
        if (performance.now() - open.heardAt > SILENCE_MS) open.end({ error: 'heartbeats missed' });
      }, HEARTBEAT_MS / 2);
      const open = {
        token,
        missing: batch,
        heardAt: performance.now(),
        end: (end: PullEnd) => {
          clearInterval(watch);
          if (this.#open === open) this.#open = undefined;
          resolve(end);
        },
      };
      this.#open = open;
      const request = { batch, expires: EXPIRES_MS * 1e6, idle_heartbeat: HEARTBEAT_MS * 1e6 };
      try {
        this.#conn.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
          reply: `${this.#inbox}.${token}`,
        });
      } catch (error) {
        open.end({ error: messageOf(error) });
      }
    });
  }

  /** Takes no more messages. Those that the server has already sent come back after the consumer's ack wait. */
  close(): void {
    this.#subscription.unsubscribe();
    this.#open?.end({});
  }

  #take(msg: Msg): void {
    if (this.#open !== undefined) this.#open.heardAt = performance.now();
    const delivery = deliveryOf(msg.reply);
    if (delivery === undefined) this.#status(msg);
    else {
      this.#options.received({
        ...delivery,
        subject: msg.subject,
        body: msg.data,
        ackSubject: msg.reply ?? '',
      });
      // A message does not say which pull it answers; a late one therefore ends the open pull a little early.
      if (this.#open !== undefined && --this.#open.missing === 0) this.#open.end({});
    }
  }

  #status(msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    if (code === 100 || this.#open === undefined || msg.subject !== `${this.#inbox}.${this.#open.token}`)
      return;
    if (code === 404 || code === 408) this.#open.end({});
    else if (code === 503) {
      this.#open.end({
        error: `no consumer ${this.#options.consumer} answers on stream ${this.#options.stream}`,
      });
    } else
      this.#open.end({ error: `the pull was refused: ${code} ${msg.headers?.description ?? ''}`.trimEnd() });
  }
}

/** Reads `$JS.ACK.…`, in its form of nine parts or of eleven and more (with domain and account). */
function deliveryOf(ackSubject: string | undefined): { seq: number; deliveries: number } | undefined {
  if (ackSubject?.startsWith('$JS.ACK.') !== true) return undefined;
  const parts = ackSubject.split('.');
  const at = parts.length === 9 ? 4 : 6;
  const [deliveries, seq] = [Number(parts[at]), Number(parts[at + 1])];
  return Number.isInteger(deliveries) && Number.isInteger(seq) ? { deliveries, seq } : undefined;
}
