import type { Redis } from 'ioredis';
import { roleOf, withRedis, type RedisPlace } from '../../stores/redis.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Identities } from './identities.ts';
import type { LedgerOptions } from './options.ts';

type RedisOptions = NonNullable<LedgerOptions['redis']>;

/** Entries that are asked for at once. */
const PAGE = 1000;

/**
 * Reads every entry as a text, that of one key or list element or the like each.
 *
 * @param places of the server, or of the replicas of which the master is read
 * @throws ChaosError `failed` where it cannot be read to its end, or there is not exactly one master
 */
export async function readRedis(
  places: readonly RedisPlace[],
  options: RedisOptions,
  identities: Identities,
  timeoutMs: Milliseconds,
  take: (text: string) => void,
): Promise<void> {
  const place = places.length === 1 ? places[0] : await masterAmong(places, timeoutMs);
  if (place === undefined) return;
  await withRedis(place, timeoutMs, async (redis) => {
    const { keys, set, hash, list, stream } = options;
    if (keys !== undefined) await readKeys(redis, keys, identities, take);
    else if (set !== undefined) await once((cursor) => redis.sscan(set, cursor, 'COUNT', PAGE), take);
    else if (hash !== undefined) await readHash(redis, hash, take);
    else if (list !== undefined) await readList(redis, list, take);
    else if (stream !== undefined) await readStream(redis, stream, take);
  });
}

async function masterAmong(places: readonly RedisPlace[], timeoutMs: Milliseconds): Promise<RedisPlace> {
  const roles = await Promise.all(places.map((place) => withRedis(place, timeoutMs, roleOf)));
  const masters = places.filter((_, at) => roles[at] === 'master');
  if (masters.length === 1 && masters[0] !== undefined) return masters[0];
  const each = places.map(({ address }, at) => `${address} is ${roles[at] ?? 'unknown'}`);
  throw new ChaosError('failed', `not exactly one replica is the master: ${each.join(', ')}`);
}

/** A scan may show an element twice. */
async function once(
  scan: (cursor: string) => Promise<[cursor: string, elements: string[]]>,
  take: (text: string) => void,
): Promise<void> {
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const [next, elements] = await scan(cursor);
    cursor = next;
    for (const element of elements) {
      if (seen.has(element)) continue;
      seen.add(element);
      take(element);
    }
  } while (cursor !== '0');
}

async function readKeys(
  redis: Redis,
  pattern: string,
  identities: Identities,
  take: (text: string) => void,
): Promise<void> {
  const without: string[] = [];
  await once(
    (cursor) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE),
    (key) => {
      if (identities.in(key).length > 0) take(key);
      else without.push(key);
    },
  );
  for (let from = 0; from < without.length; from += PAGE) {
    const page = without.slice(from, from + PAGE);
    for (const text of await Promise.all(page.map((key) => valueOf(redis, key)))) take(text);
  }
}

/** The value of a key, whatever its type, as one text. */
async function valueOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return (await redis.lrange(key, 0, -1)).join('\n');
    case 'set':
      return (await redis.smembers(key)).join('\n');
    case 'zset':
      return (await redis.zrange(key, 0, -1)).join('\n');
    default:
      return '';
  }
}

async function readHash(redis: Redis, key: string, take: (text: string) => void): Promise<void> {
  const fields = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, elements] = await redis.hscan(key, cursor, 'COUNT', PAGE);
    cursor = next;
    for (let at = 0; at < elements.length; at += 2) fields.set(elements[at] ?? '', elements[at + 1] ?? '');
  } while (cursor !== '0');
  for (const [name, value] of fields) take(`${name}\n${value}`);
}

async function readList(redis: Redis, key: string, take: (text: string) => void): Promise<void> {
  for (let from = 0; ; from += PAGE) {
    const page = await redis.lrange(key, from, from + PAGE - 1);
    page.forEach(take);
    if (page.length < PAGE) return;
  }
}

async function readStream(redis: Redis, key: string, take: (text: string) => void): Promise<void> {
  for (let from = '-'; ;) {
    const page = await redis.xrange(key, from, '+', 'COUNT', PAGE);
    for (const [, fields] of page) take(fields.join('\n'));
    const last = page.at(-1)?.[0];
    if (page.length < PAGE || last === undefined) return;
    from = `(${last}`;
  }
}
