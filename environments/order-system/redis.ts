import { Redis, type RedisOptions } from 'ioredis';
import type { Settings } from './settings.ts';

interface Address {
  host: string;
  port: number;
}

const CONNECT_MS = 500;
const COMMAND_MS = 500;
const AGAIN_MS = 100;
/** Until every Redis is known, its address is asked for again so often. */
const LEARN_EVERY_MS = 1_000;
/** Where nothing listens: what Sentinel names, and this instance was not given, is not connected to. */
const NOWHERE: Address = { host: '127.0.0.1', port: 1 };

/**
 * A connection to the master that Sentinel names, and to the next one after a failover.
 *
 * Sentinel answers with the addresses by which it reaches each Redis. This instance has its own, which may lead through a
 * proxy, so it learns which of its addresses leads to which Redis by the identity (`run_id`) that both report.
 */
export async function connectRedis({ name, redis }: Pick<Settings, 'name' | 'redis'>): Promise<{ master: Redis; close: () => Promise<void> }> {
  const own = new Map<string, Address>();
  const learning = redis.sentinels.length === 0 ? undefined : learn(redis, own);
  await learning?.first;
  const master = new Redis({
    ...(learning === undefined ? addressOf(redis.addresses[0] ?? '') : bySentinel(redis, own)),
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    retryStrategy: () => AGAIN_MS,
    maxRetriesPerRequest: null,
    // A master that has become a replica refuses writes: connect again, and send the command again.
    reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
    connectionName: name,
  });
  // It connects again by itself; commands report what fails.
  master.on('error', () => undefined);
  let isClosing = false;
  // But not when a failover is announced while it connects: ioredis gives up then, for good.
  master.on('end', () => {
    if (!isClosing) setTimeout(() => void master.connect().catch(() => undefined), AGAIN_MS);
  });
  return {
    master,
    close: async () => {
      isClosing = true;
      learning?.stop();
      await master.quit().catch(() => undefined);
      master.disconnect();
    },
  };
}

function bySentinel({ sentinels, master }: Settings['redis'], own: ReadonlyMap<string, Address>): RedisOptions {
  return {
    sentinels: sentinels.map(addressOf),
    name: master,
    role: 'master',
    natMap: (named) => own.get(named) ?? NOWHERE,
    // The Sentinels of the settings, and no others that they know.
    updateSentinels: false,
    // A master that hangs keeps its connections: Sentinel says when there is another one.
    failoverDetector: true,
    sentinelCommandTimeout: COMMAND_MS,
    sentinelRetryStrategy: () => AGAIN_MS,
    sentinelReconnectStrategy: () => 500,
  };
}

/** Which own address leads to the Redis that Sentinel names so. */
export function matched(
  named: readonly { address: string; runId: string }[],
  reached: readonly { address: string; runId: string }[],
): Map<string, Address> {
  const byRunId = new Map(reached.map(({ address, runId }) => [runId, address]));
  return new Map(
    named.flatMap(({ address, runId }) => {
      const own = byRunId.get(runId);
      return own === undefined ? [] : [[address, addressOf(own)] as const];
    }),
  );
}

function learn(redis: Settings['redis'], own: Map<string, Address>): { first: Promise<void>; stop: () => void } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    const [named, reached] = await Promise.all([namedBySentinel(redis), reachedByOwn(redis)]);
    for (const [address, by] of matched(named, reached)) own.set(address, by);
    if (!stopped && own.size < redis.addresses.length)
      timer = setTimeout(() => void once(), LEARN_EVERY_MS).unref();
  };
  return {
    first: once(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function namedBySentinel({ sentinels, master }: Settings['redis']): Promise<{ address: string; runId: string }[]> {
  const answers = await Promise.all(
    sentinels.map((sentinel) =>
      ask(sentinel, async (client) => [
        await client.call('SENTINEL', 'MASTER', master),
        ...((await client.call('SENTINEL', 'REPLICAS', master)) as unknown[]),
      ]),
    ),
  );
  return answers.flatMap((one) => one ?? []).map(pairsOf).map((of) => ({
    address: `${of.get('ip') ?? ''}:${of.get('port') ?? ''}`,
    runId: of.get('runid') ?? '',
  }));
}

async function reachedByOwn({ addresses }: Settings['redis']): Promise<{ address: string; runId: string }[]> {
  const infos = await Promise.all(addresses.map((address) => ask(address, (client) => client.info('server'))));
  return infos.flatMap((info, i) => {
    const runId = /^run_id:(\w+)/m.exec(info ?? '')?.[1];
    return runId === undefined ? [] : [{ address: addresses[i] ?? '', runId }];
  });
}

/** What every Redis of the settings answers, by its address; null where there is no answer in time. */
export async function askEach<T>(
  { addresses }: Settings['redis'],
  question: (client: Redis) => Promise<T>,
): Promise<{ address: string; answer: T | null }[]> {
  return Promise.all(addresses.map(async (address) => ({ address, answer: await ask(address, question) })));
}

/** An answer over a connection of its own; null where there is none in time. */
async function ask<T>(address: string, question: (client: Redis) => Promise<T>): Promise<T | null> {
  const client = new Redis({
    ...addressOf(address),
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await question(client);
  } catch {
    return null;
  } finally {
    client.disconnect();
  }
}

/** A flat list of names and values, as Sentinel answers. */
function pairsOf(flat: unknown): Map<string, string> {
  const words = Array.isArray(flat) ? flat.map(String) : [];
  return new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ''] as const] : [])));
}

function addressOf(text: string): Address {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
