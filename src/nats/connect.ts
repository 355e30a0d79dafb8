import {
  AuthorizationError,
  connect as dial,
  type NatsConnection,
  type TlsOptions,
} from '@nats-io/transport-node';
import { ChaosError } from '../support/errors.ts';
import { until } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';
import { credentialsOptions, type Credentials } from './authenticate.ts';
import type { TlsAccess } from './tls/access.ts';
import { awaitGreeting } from './tls/greeting.ts';
import { checksOf } from './tls/handshake.ts';

export type Connection = NatsConnection;

/** The options that a workload gives; the run adds servers and credentials. */
export interface ConnectOptions {
  /** Pin the connection to one node (`cluster/node`); left out: any node of the cluster. */
  node?: string;
  /** Begins with this node of the cluster, counted from 0 and around; left out: with the first. */
  first?: number;
  /**
   * As a user of some account, or as the runner, which may see everything in it; left out: as the workload's own user. Only
   * for workloads that connect as every user.
   */
  as?: { account: string; user?: string };
  /** Shown by the server's `/connz`. */
  name: string;
}

export interface ServerOptions extends Credentials {
  /** `host:port`, in the order in which they are tried. */
  servers: readonly string[];
  /** Left out: TLS only where a server requires it, by the authorities that Node.js trusts. */
  tls?: TlsAccess;
  name: string;
  /** By WebSocket, without TLS; a thread has connections either of this kind or of the other. */
  websocket?: true;
  /** Tries the servers in random order, as applications do; default false, so that a run can be repeated. */
  randomize?: boolean;
  /** Also connects to servers that join the cluster later, or are not named; default false, as faults act on those named. */
  followsCluster?: boolean;
  /** How long the first connection may take; default 10 s. */
  timeoutMs?: Milliseconds;
  signal?: AbortSignal;
}

/** What a connection needs besides the servers and a name; plain data, which other threads can be given. */
export type Access = Pick<ServerOptions, keyof Credentials | 'tls' | 'timeoutMs' | 'websocket'>;

/** How long one server may take to greet: a paused process accepts connections and never sends anything. */
const DIAL_TIMEOUT_MS = 2000;

/**
 * Connects, and then reconnects without a limit, to these servers and no others.
 *
 * @throws ChaosError `unavailable` when no server accepts the connection within `timeoutMs`, or `aborted`
 */
export async function connect(options: ServerOptions): Promise<Connection> {
  const dialled = options.websocket === true ? (await import('./websocket.ts')).dialWebSocket : dial;
  const attempt = () =>
    dialled({
      servers: [...options.servers],
      ...credentialsOptions(options),
      ...(options.tls === undefined || options.websocket === true
        ? {}
        : { tls: tlsOptions(options.tls, options.servers) }),
      name: options.name,
      noRandomize: options.randomize !== true,
      timeout: DIAL_TIMEOUT_MS,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 50,
      pingInterval: 2000,
      maxPingOut: 2,
      ignoreClusterUpdates: options.followsCluster !== true,
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
    const why = await certificateAsked(options);
    throw new ChaosError('unavailable', `${error.message}${why}`, { cause: error });
  }
}

/** A server that refuses a certificate only closes the connection, which a client cannot tell from silence. */
async function certificateAsked({ servers, tls }: ServerOptions): Promise<string> {
  const greeted = await awaitGreeting(servers[0] ?? '', DIAL_TIMEOUT_MS);
  greeted?.socket.destroy();
  if (greeted?.info.tls_verify !== true) return '';
  const shown = tls?.certFile === undefined ? 'none is shown' : 'it may not accept the one that is shown';
  return `; the server asks clients for a certificate, and ${shown}`;
}

function tlsOptions(access: TlsAccess, servers: readonly string[]): TlsOptions {
  return { ...access, ...checksOf(access, servers) };
}

/** Calls `use` with a connection once it is open, and closes it afterwards, after an error too. */
export async function withConnection<T>(
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

/** Whether a connection failed because a server refused the credentials. */
export function isAuthorizationRefusal(error: unknown): boolean {
  if (error instanceof AuthorizationError) return true;
  return error instanceof Error && error.cause !== undefined && isAuthorizationRefusal(error.cause);
}
