import { createInbox } from '@nats-io/transport-node';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';

export interface AckerEvents {
  /** The server answered; `taken` is false when no consumer takes the acknowledgement. */
  answered(token: number, taken: boolean): void;
  /** The connection is closed for good: no answer comes any more. */
  closed(): void;
}

const ACK = Buffer.from('+ACK');
const NAK = Buffer.from('-NAK');
const TERM = Buffer.from('+TERM');
const IN_PROGRESS = Buffer.from('+WPI');

/** Sends acknowledgements; whoever sends them keeps their tokens and deadlines. */
export class Acker {
  readonly #conn: Connection;
  readonly #prefix = `${createInbox()}.`;
  /** One for all, as the client only reads it. */
  readonly #options = { reply: '' };

  constructor(conn: Connection, events: AckerEvents) {
    this.#conn = conn;
    conn.subscribe(`${this.#prefix}*`, {
      callback: (error, msg) => {
        if (error === null)
          events.answered(Number(msg.subject.slice(this.#prefix.length)), msg.headers?.code !== 503);
        else events.closed();
      },
    });
    void conn.closed().then(() => events.closed());
  }

  /** Acknowledges, and asks for a confirmation. @throws the client's error when it cannot be sent */
  ack(ackSubject: string, token: number): void {
    this.#options.reply = this.#prefix + String(token);
    this.#conn.publish(ackSubject, ACK, this.#options);
  }

  /** Gives a message up for good, and asks for a confirmation. @throws the client's error when it cannot be sent */
  term(ackSubject: string, token: number): void {
    this.#options.reply = this.#prefix + String(token);
    this.#conn.publish(ackSubject, TERM, this.#options);
  }

  /** Gives a message up without asking for a confirmation. @throws the client's error when it cannot be sent */
  termUnconfirmed(ackSubject: string): void {
    this.#conn.publish(ackSubject, TERM);
  }

  /** Acknowledges without asking for a confirmation. @throws the client's error when it cannot be sent */
  ackUnconfirmed(ackSubject: string): void {
    this.#conn.publish(ackSubject, ACK);
  }

  /** Rejects a message, so that the server delivers it again: after a delay, or at once with the next pull. */
  nak(ackSubject: string, delayMs: Milliseconds = 0): void {
    if (this.#conn.isClosed()) return;
    this.#conn.publish(ackSubject, delayMs === 0 ? NAK : `-NAK ${JSON.stringify({ delay: delayMs * 1e6 })}`);
  }

  /** Says that a message is still worked on: the time that the server gives it begins anew. */
  inProgress(ackSubject: string): void {
    if (!this.#conn.isClosed()) this.#conn.publish(ackSubject, IN_PROGRESS);
  }
}
