import type { Msg } from '@nats-io/transport-node';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';
import type { LinkState } from './link-state.ts';
import { ENDED, ReplyBox, type Exchange, type Wait } from './reply-box.ts';

/** What became of an acknowledgement: `ok` once the server confirmed it, `failed` when it never got there. */
export interface AckResult {
  outcome: 'ok' | 'failed' | 'unknown';
  latencyMs?: Milliseconds;
  error?: string;
}

const ACK = Buffer.from('+ACK');
const NAK = Buffer.from('-NAK');
const LINK_POLL_MS = 50;

/** Acknowledges messages and waits for the server's confirmation, any number at once. */
export class Acker {
  readonly #conn: Connection;
  readonly #link: LinkState;
  readonly #timeoutMs: Milliseconds;
  readonly #box: ReplyBox;

  constructor(conn: Connection, link: LinkState, timeoutMs: Milliseconds) {
    this.#conn = conn;
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#box = new ReplyBox(conn);
  }

  get inFlight(): number {
    return this.#box.size;
  }

  /** Acknowledges once the link is up. `settled` is called exactly once. */
  ack(ackSubject: string, settled: (result: AckResult) => void): void {
    const beganAt = performance.now();
    let sent = false;
    let reply = '';
    const end = (result: AckResult): Wait => {
      settled(result);
      return ENDED;
    };
    const send = (): Wait => {
      try {
        this.#conn.publish(ackSubject, ACK, { reply });
        sent = true;
        return this.#timeoutMs;
      } catch (error) {
        return end({ outcome: 'failed', error: `acknowledgement not sent: ${messageOf(error)}` });
      }
    };
    const exchange: Exchange = {
      replied: (msg: Msg) =>
        msg.headers?.code === 503
          ? end({ outcome: 'failed', error: 'no consumer takes the acknowledgement' })
          : end({ outcome: 'ok', latencyMs: performance.now() - beganAt }),
      expired: () => {
        if (sent)
          return end({
            outcome: 'unknown',
            error: `acknowledgement not confirmed within ${this.#timeoutMs} ms`,
          });
        if (this.#link.connected) return send();
        if (performance.now() - beganAt < this.#timeoutMs) return LINK_POLL_MS;
        return end({ outcome: 'failed', error: 'acknowledgement not sent: the connection stayed away' });
      },
      abandoned: (why) => end(sent ? { outcome: 'unknown', error: why } : { outcome: 'failed', error: why }),
    };
    reply = this.#box.open(exchange, this.#link.connected ? this.#timeoutMs : LINK_POLL_MS);
    if (this.#link.connected && send() === undefined) this.#box.cancel(reply);
  }

  /** Gives a message back, to be delivered again at once to whoever asks next. */
  nak(ackSubject: string): void {
    if (this.#link.connected) this.#conn.publish(ackSubject, NAK);
  }

  /** Resolves once every acknowledgement has its outcome. */
  drained(): Promise<void> {
    return this.#box.empty();
  }

  /** Gives up on every acknowledgement in flight. */
  close(why: string): void {
    this.#box.close(why);
  }
}
