/**
 * What an operator does with Redis, as HTTP: a backup, the loss of everything, and putting the backup back.
 *
 * `POST /backup` has the master write its data to disk, and keeps a copy of the file. `POST /lose` deletes everything, as a
 * mistake would. `POST /restore` puts the copy into the folder of each Redis: that is for the time when all of them are
 * stopped, as one that ends by SIGTERM writes what it has over the file. `POST /status` changes nothing. Each answers with
 * the number of orders that it found: `{ "orders": 120 }`.
 */
import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import type { Redis } from 'ioredis';
import { askEach, connectRedis } from './redis.ts';
import { readSettings } from './settings.ts';
import { ORDERS } from './store.ts';

/** In the folder in which this program starts. */
const BACKUP = 'backup.rdb';
const SAVED_MS = 30_000;

const settings = readSettings(process.env, false);
const { master } = await connectRedis(settings);
let folders: string[] = [];
let saved = 0;

const http = Fastify();
http.get('/health', () => ({ status: 'Healthy' }));
http.post('/status', async () => ({ orders: await master.llen(ORDERS) }));
http.post('/backup', async () => {
  folders = await foldersOfAll();
  saved = await master.llen(ORDERS);
  await copyFile(await saveToDisk(master), BACKUP);
  return { orders: saved, bytes: (await stat(BACKUP)).size };
});
http.post('/lose', async () => {
  await master.flushall();
  return { orders: await master.llen(ORDERS) };
});
http.post('/restore', async () => {
  for (const folder of folders) await copyFile(BACKUP, join(folder, 'dump.rdb'));
  return { orders: saved, folders: folders.length };
});
await http.listen({ host: settings.host, port: settings.port });

process.once('SIGTERM', () => process.exit(0));
process.once('SIGINT', () => process.exit(0));

/** @returns the file @throws Error when it is not written in time */
async function saveToDisk(redis: Redis): Promise<string> {
  const before = await redis.lastsave();
  // The time of the last save has whole seconds.
  await sleep(1_100);
  await redis.bgsave();
  const until = performance.now() + SAVED_MS;
  while ((await redis.lastsave()) === before) {
    if (performance.now() > until) throw new Error(`Redis has not saved its data within ${SAVED_MS} ms`);
    await sleep(50);
  }
  return join(await folderOf(redis), 'dump.rdb');
}

async function foldersOfAll(): Promise<string[]> {
  const answers = await askEach(settings.redis, folderOf);
  return answers.map(({ address, answer }) => {
    if (answer === null) throw new Error(`Redis at ${address} does not answer`);
    return answer;
  });
}

async function folderOf(redis: Redis): Promise<string> {
  const [, folder = ''] = (await redis.config('GET', 'dir')) as string[];
  return folder;
}
