import { AuthorizationError, connect as dial, type NatsConnection } from '@nats-io/transport-node';
import { ChaosError } from '../support/errors.ts';
import { until } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';

export type Connection = NatsConnection;

/** What a workload asks for; the run adds servers and credentials. */
export interface ConnectOptions {
  /** Pin the connection to one node (`cluster/node`); left out: any node of the cluster. */
  node?: string;
  /** Shown by the server's `/connz`. */
  name: string;
}

export interface ServerOptions {
  /** `host:port`, in the order in which they are tried. */
  servers: readonly string[];
  user?: string;
  pass?: string;
  name: string;
  /** Tries the servers in random order, as applications do; default false, so that a run can be repeated. */
  randomize?: boolean;
  /** How long the first connection may take; default 10 s. */
  timeoutMs?: Milliseconds;
  signal?: AbortSignal;
}

/** How long one server may take to greet: a paused process accepts connections and never says a word. */
const DIAL_TIMEOUT_MS = 2000;

/**
 * Connects, and from then on reconnects for ever to these servers and no others.
 *
 * @throws ChaosError `unavailable` when no server lets it in within `timeoutMs`, or `aborted`
 */
export async function connect(options: ServerOptions): Promise<Connection> {
  const attempt = () =>
    dial({
      servers: [...options.servers],
      ...(options.user === undefined ? {} : { user: options.user }),
      ...(options.pass === undefined ? {} : { pass: options.pass }),
      name: options.name,
      noRandomize: options.randomize !== true,
      timeout: DIAL_TIMEOUT_MS,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 50,
      pingInterval: 2000,
      maxPingOut: 2,
      ignoreClusterUpdates: true,
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
    });
  try {
    return await until(attempt, {
      timeoutMs: options.timeoutMs ?? 10_000,
      everyMs: 100,
      signal: options.signal,
      what: `connection of ${options.name} to ${options.servers.join(', ')}`,
    });
  } catch (error) {
    if (!(error instanceof ChaosError) || error.code !== 'timeout') throw error;
    throw new ChaosError('unavailable', error.message, { cause: error });
  }
}

/** Lends a connection once it is made, and closes it whatever comes of its use. */
export async function lend<T>(
  connecting: Promise<Connection>,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connecting;
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Whether a connection failed because a server was there, and did not let in whoever it was. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AuthorizationError) return true;
  return error instanceof Error && error.cause !== undefined && isRefusal(error.cause);
}
