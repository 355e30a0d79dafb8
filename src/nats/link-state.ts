import type { Connection } from './connect.ts';

/** Whether a connection is up at this moment, and how often it was lost. */
export interface LinkState {
  readonly connected: boolean;
  readonly closed: boolean;
  /** Rises each time the connection is lost. */
  readonly losses: number;
  /** Resolves at once when connected or closed, otherwise at the next change to either. */
  settled(): Promise<void>;
  onChange(listener: () => void): void;
}

/** Follows a connection that has just been made, until it is closed. */
export function watchLink(conn: Connection): LinkState {
  const listeners: (() => void)[] = [];
  const state = { connected: !conn.isClosed(), closed: conn.isClosed(), losses: 0 };
  const set = (connected: boolean, closed: boolean): void => {
    if (state.connected && !connected) state.losses += 1;
    Object.assign(state, { connected, closed });
    for (const listener of [...listeners]) listener();
  };
  void followStatus(conn, set);
  void conn.closed().then(() => {
    set(false, true);
  });
  return {
    get connected() {
      return state.connected;
    },
    get closed() {
      return state.closed;
    },
    get losses() {
      return state.losses;
    },
    onChange: (listener) => void listeners.push(listener),
    settled: () =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!state.connected && !state.closed) return;
          const at = listeners.indexOf(check);
          if (at >= 0) listeners.splice(at, 1);
          resolve();
        };
        listeners.push(check);
        check();
      }),
  };
}

async function followStatus(
  conn: Connection,
  set: (connected: boolean, closed: boolean) => void,
): Promise<void> {
  for await (const status of conn.status()) {
    if (status.type === 'disconnect') set(false, conn.isClosed());
    else if (status.type === 'reconnect') set(true, false);
  }
}
