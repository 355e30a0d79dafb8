import { queryPostgres } from '../../stores/postgres.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { addressesOf, type RunningReplica, type ServicePlace } from '../../support/service-place.ts';
import type { Identities } from './identities.ts';
import type { LedgerOptions } from './options.ts';
import { readRedis } from './redis-entries.ts';

/**
 * Reads every entry that there is now, each as a text.
 *
 * @throws ChaosError where it cannot be read to its end
 */
export async function readEntries(
  options: LedgerOptions,
  services: readonly RunningReplica[],
  identities: Identities,
  take: (text: string) => void,
): Promise<void> {
  const { redis, http, sql, timeout } = options;
  if (redis !== undefined) {
    const { url, username, password, db } = redis;
    const access = { ...defined({ username }), ...defined({ password }), ...defined({ db }) };
    const addresses = url === undefined ? addressesOf(redis, services) : [url];
    const places = addresses.map((address) => ({ address, ...access }));
    await readRedis(places, redis, identities, timeout, take);
  } else if (http !== undefined) {
    const { url, path, headers = {}, items } = http;
    const base = url?.replace(/\/+$/, '') ?? `http://${onlyAddress(http, services)}`;
    for (const item of await listAt(base + path, headers, timeout, items)) take(JSON.stringify(item));
  } else if (sql !== undefined) {
    const { url, query, user, password, database } = sql;
    const access = { ...defined({ user }), ...defined({ password }), ...defined({ database }) };
    const place = { address: url ?? onlyAddress(sql, services), ...access };
    for (const row of await queryPostgres(place, query, timeout)) take(row.map(textOf).join('\n'));
  }
}

/** Columns of JSON come parsed; bytes are taken for a text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString() : JSON.stringify(value);
}

function defined<K extends string, V>(one: Record<K, V | undefined>): Partial<Record<K, V>> {
  const [[name, value] = []] = Object.entries(one) as [K, V | undefined][];
  return name === undefined || value === undefined ? {} : ({ [name]: value } as unknown as Record<K, V>);
}

function onlyAddress(place: ServicePlace, services: readonly RunningReplica[]): string {
  const [first = '', ...others] = addressesOf(place, services);
  if (others.length === 0) return first;
  const name = place.service ?? '';
  throw new ChaosError('invalid', `${name} has ${others.length + 1} replicas: name one, such as ${name}/1`);
}

async function listAt(
  url: string,
  headers: Record<string, string>,
  timeoutMs: number,
  items: string | undefined,
): Promise<unknown[]> {
  const answer = await asked(url, headers, timeoutMs);
  const list = (items?.split('.') ?? []).reduce(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    answer,
  );
  if (Array.isArray(list)) return list as unknown[];
  throw new ChaosError('failed', `${url} holds no list${items === undefined ? '' : ` at ${items}`}`);
}

async function asked(url: string, headers: Record<string, string>, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return await response.json();
    throw new ChaosError('failed', `${url} answers with status ${response.status}`);
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    const { cause } = error as Error;
    throw new ChaosError('failed', `${url}: ${messageOf(cause instanceof Error ? cause : error)}`, {
      cause: error,
    });
  }
}
