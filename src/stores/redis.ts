import type { Redis } from 'ioredis';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';

export interface RedisPlace {
  /** `redis://user:password@host:port/db`, or `host:port`. */
  address: string;
  username?: string;
  password?: string;
  db?: number;
}

/**
 * A connection to one Redis server, which it never makes again by itself: what breaks is an error at once.
 *
 * @throws ChaosError `failed` where none comes about in time
 */
async function connectRedis(place: RedisPlace, timeoutMs: Milliseconds): Promise<Redis> {
  // Loaded here, so that only a run that reads Redis loads it.
  const { Redis: Client } = await import('ioredis');
  const { address, ...access } = place;
  const url = address.includes('://') ? address : `redis://${address}`;
  const redis = new Client(url, {
    ...access,
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The connection says why it failed here, and only here.
  let reason: unknown;
  redis.on('error', (error: unknown) => (reason = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new ChaosError('failed', `Redis at ${hostOf(url)}: ${messageOf(reason ?? error)}`, {
      cause: error,
    });
  }
}

/** Does something with a connection, and closes it. @throws ChaosError `failed` with the server's answer */
export async function withRedis<T>(
  place: RedisPlace,
  timeoutMs: Milliseconds,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = await connectRedis(place, timeoutMs);
  try {
    return await use(redis);
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw new ChaosError('failed', `Redis at ${hostOf(place.address)}: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    redis.disconnect();
  }
}

/** What `INFO` says, by field. */
export function infoOf(text: string): Map<string, string> {
  return new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/** `master` or `slave`, as the server says. */
export async function roleOf(redis: Redis): Promise<string> {
  return infoOf(await redis.info('replication')).get('role') ?? 'unknown';
}

/** `host:port`, without a password. */
function hostOf(address: string): string {
  return address
    .replace(/^\w+:\/\//, '')
    .replace(/^.*@/, '')
    .replace(/[/?].*$/, '');
}
