import type { Connection } from '../../nats/connect.ts';
import type { Milliseconds } from '../../support/units.ts';

/** Moves a connection to another server again and again. */
export class Mover {
  readonly #begin: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  /** The server that it is to leave. */
  #leaving: string | undefined;

  /**
   * @param afterMs when it begins to count, so that members move one after the other
   * @param next the connection that is to move; undefined where it cannot now
   */
  constructor(everyMs: Milliseconds, afterMs: Milliseconds, next: () => Connection | undefined) {
    this.#begin = setTimeout(() => {
      this.#timer = setInterval(() => this.#move(next()), everyMs);
    }, afterMs);
  }

  /** The client begins its list of servers anew after the first connection: it may come back to the same one once. */
  linkChanged(connected: boolean, conn: Connection): void {
    if (!connected || this.#leaving === undefined) return;
    const isSame = conn.getServer() === this.#leaving;
    this.#leaving = undefined;
    if (isSame) void conn.reconnect();
  }

  stop(): void {
    clearTimeout(this.#begin);
    clearInterval(this.#timer);
    this.#leaving = undefined;
  }

  #move(conn: Connection | undefined): void {
    if (conn === undefined) return;
    this.#leaving = conn.getServer();
    void conn.reconnect();
  }
}
