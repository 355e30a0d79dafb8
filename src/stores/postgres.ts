import type { Client } from 'pg';
import { withDeadline } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';

export interface PostgresPlace {
  /** `postgres://user:password@host:port/database`, or `host:port`. */
  address: string;
  user?: string;
  password?: string;
  database?: string;
}

const CLOSE_MS: Milliseconds = 500;

/** The rows of one query, each as the texts or numbers of its columns. @throws ChaosError `failed` with the reason */
export async function queryPostgres(
  place: PostgresPlace,
  sql: string,
  timeoutMs: Milliseconds,
): Promise<unknown[][]> {
  const client = await clientFor(place, timeoutMs);
  // What breaks later is the error of a query too.
  client.on('error', () => undefined);
  try {
    await withDeadline(client.connect(), timeoutMs, 'the connection');
    const asked = client.query<unknown[]>({ text: sql, rowMode: 'array' });
    const { rows } = await withDeadline(asked, timeoutMs, 'the query');
    return rows;
  } catch (error) {
    throw new ChaosError('failed', `PostgreSQL at ${hostOf(place.address)}: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    await withDeadline(client.end(), CLOSE_MS, 'closing').catch(() => undefined);
  }
}

async function clientFor(place: PostgresPlace, timeoutMs: Milliseconds): Promise<Client> {
  // Loaded here, so that only a run that reads PostgreSQL loads it; a CommonJS module without named exports.
  const pg = (await import('pg')).default;
  const { address, user, password, database } = place;
  const access = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  };
  if (address.includes('://')) return new pg.Client({ connectionString: address, ...access });
  const [host = '', port = '5432'] = address.split(/:(?=\d+$)/);
  return new pg.Client({ host, port: Number(port), ...access });
}

/** `host:port`, without a password. */
function hostOf(address: string): string {
  return address
    .replace(/^\w+:\/\//, '')
    .replace(/^.*@/, '')
    .replace(/[/?].*$/, '');
}
