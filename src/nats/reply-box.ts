import { createInbox, type Msg } from '@nats-io/transport-node';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';
import { DeadlineWheel } from './deadline-wheel.ts';

/** How much longer an exchange waits, in ms, or that it is over. */
export type Wait = Milliseconds | undefined;
export const ENDED: Wait = undefined;

/** One side of a conversation: something was, or will be, sent with a reply subject of this box. */
export interface Exchange {
  replied(msg: Msg): Wait;
  /** No reply came in time. */
  expired(): Wait;
  /** The box was closed first. */
  abandoned(why: string): void;
}

interface Open {
  token: string;
  exchange: Exchange;
}

/** Replies to any number of exchanges, on one wildcard subscription and one timer. */
export class ReplyBox {
  readonly #prefix = `${createInbox()}.`;
  readonly #open = new Map<string, Open>();
  readonly #wheel = new DeadlineWheel<Open>((open) => {
    this.#expire(open);
  });
  readonly #subscription: { unsubscribe(): void };
  readonly #emptied: (() => void)[] = [];
  #count = 0;

  constructor(conn: Connection) {
    this.#subscription = conn.subscribe(`${this.#prefix}*`, {
      callback: (error, msg) => {
        if (error === null) this.#deliver(msg);
        else this.close(messageOf(error));
      },
    });
    void conn.closed().then(() => {
      this.close('the connection was closed');
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Begins an exchange. @returns the reply subject to send with */
  open(exchange: Exchange, waitMs: Milliseconds): string {
    const token = (this.#count++).toString(36);
    const open = { token, exchange };
    this.#open.set(token, open);
    this.#wheel.set(open, waitMs);
    return this.#prefix + token;
  }

  /** Ends one exchange without a word to it. */
  cancel(replySubject: string): void {
    const open = this.#open.get(replySubject.slice(this.#prefix.length));
    if (open !== undefined) this.#end(open);
  }

  /** Resolves once no exchange is open. */
  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#emptied.push(resolve));
  }

  /** Ends every open exchange at once. */
  close(why: string): void {
    this.#subscription.unsubscribe();
    for (const open of [...this.#open.values()]) {
      this.#end(open);
      open.exchange.abandoned(why);
    }
  }

  #deliver(msg: Msg): void {
    const open = this.#open.get(msg.subject.slice(this.#prefix.length));
    if (open !== undefined) this.#goOn(open, open.exchange.replied(msg));
  }

  #expire(open: Open): void {
    this.#goOn(open, open.exchange.expired());
  }

  #goOn(open: Open, waitMs: Wait): void {
    if (waitMs === undefined) this.#end(open);
    else if (this.#open.has(open.token)) this.#wheel.set(open, waitMs);
  }

  #end(open: Open): void {
    this.#open.delete(open.token);
    this.#wheel.delete(open);
    if (this.#open.size > 0) return;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }
}
