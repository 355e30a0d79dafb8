import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import type { History } from '../../../src/history/history.ts';
import { redis as redisProbe } from '../../../src/probes/stores/redis.ts';
import type { ProbeContext } from '../../../src/probes/probe.ts';
import { until } from '../../../src/support/deadline.ts';
import { http } from '../../../src/workloads/http/http.ts';
import type { HttpOptions } from '../../../src/workloads/http/options.ts';
import type { LedgerOptions } from '../../../src/workloads/ledger/options.ts';
import {
  freePort,
  newRun as recordedRun,
  readLedger,
  replicaOf,
  RUN,
  type RecordedRun,
} from './recorded-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaos-redis-'));
let server: ChildProcess;
let port = 0;
let store: Redis;

beforeAll(async () => {
  port = await freePort();
  const flags = ['--port', String(port), '--dir', folder, '--save', '', '--bind', '127.0.0.1'];
  server = spawn('redis-server', flags, { stdio: 'ignore' });
  store = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null });
  store.on('error', () => undefined);
  await until(() => store.ping(), { timeoutMs: 20_000, what: 'Redis to answer' });
});

afterAll(async () => {
  store.disconnect();
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => store.flushall());

const newRun = (publishers: string[]): RecordedRun => recordedRun(publishers, [replicaOf('redis', port)]);

const read = (run: RecordedRun, name: string, options: Partial<LedgerOptions>): Promise<void> =>
  readLedger(run.context(name), options);

const id = (n: number): string => `${RUN}/orders/${n}`;

test('entries are found in keys, their values, sets, hashes, lists and streams', async () => {
  await store.mset({ [`a:${id(1)}`]: 'x', 'b:1': JSON.stringify({ id: id(1) }), 'b:2': 'of others' });
  await store.hset('b:3', { id: id(2) });
  await store.sadd('set', id(1), id(2), id(3));
  await store.hset('hash', { [id(4)]: 'x', y: id(5) });
  await store.rpush('list', ...Array.from({ length: 2500 }, (_, at) => id(at + 1)), id(7));
  for (let n = 1; n <= 1001; n += 1) await store.xadd('stream', '*', 'id', id(n));
  const run = newRun(['orders']);
  const parts = { a: 'keys', b: 'keys', set: 'set', hash: 'hash', list: 'list', stream: 'stream' } as const;
  for (const [name, what] of Object.entries(parts))
    await read(run, name, { redis: { service: 'redis', [what]: what === 'keys' ? `${name}:*` : name } });
  const history = await run.history(Object.fromEntries(Object.keys(parts).map((name) => [name, 'ledger'])));
  expect(
    history.ledgerAudits.map(({ workload, complete, entries, foreign }) => [
      workload,
      complete,
      entries,
      foreign,
    ]),
  ).toEqual([
    ['a', true, 1, 0],
    ['b', true, 3, 1],
    ['set', true, 3, 0],
    ['hash', true, 2, 0],
    ['list', true, 2501, 0],
    ['stream', true, 1001, 0],
  ]);
  const found = (name: string) =>
    [...history.deliveries(name)]
      .flatMap(({ n }) => [...n])
      .filter((n) => n > 0)
      .sort((a, b) => a - b);
  expect([found('a'), found('b'), found('set'), found('hash')]).toEqual([[1], [1, 2], [1, 2, 3], [4, 5]]);
  expect(found('list')).toHaveLength(2501);
  const [finding] = runChecks(history, [{ kind: 'no-duplicates', options: { received: ['list'] } }]);
  expect(finding).toMatchObject({ verdict: 'fail', counts: { keptTwice: 1 } });
});

test('what cannot be read, and several replicas without one master, are not complete', async () => {
  const run = newRun(['orders']);
  const nobody = await freePort();
  await read(run, 'dead', { within: 100, redis: { url: `redis://127.0.0.1:${nobody}`, set: 's' } });
  const context = run.context('two');
  const services = [1, 2].map((number) => replicaOf('redis', port, number));
  const two = { ...context, reach: { ...context.reach, services } };
  await readLedger(two, { within: 100, redis: { service: 'redis', set: 's' } });
  const { ledgerAudits } = await run.history({ dead: 'ledger', two: 'ledger' });
  expect(ledgerAudits).toMatchObject([
    { workload: 'dead', complete: false, error: expect.stringContaining(`127.0.0.1:${nobody}`) as string },
    { workload: 'two', complete: false, error: expect.stringContaining('not exactly one') as string },
  ]);
});

/** An API that keeps what it accepts, but for orders that `mishap` has something else in mind for. */
async function shop(
  mishap: (n: number) => 'lost' | 'refused' | 'silent' | 'twice' | undefined,
): Promise<string> {
  const api: Server = createServer((request, response) => {
    const order = String(request.headers['idempotency-key']);
    const how = mishap(Number(order.split('/')[2]));
    const keep = async (): Promise<void> => {
      if (how !== 'lost') await store.rpush('orders', order);
      if (how === 'twice') await store.rpush('orders', order);
      if (how === 'silent') response.destroy();
      else response.writeHead(how === 'refused' ? 500 : 201).end();
    };
    void keep();
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    api.closeAllConnections();
    api.close();
  });
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
}

async function ordered(url: string, count: number): Promise<History> {
  const run = newRun(['orders']);
  const options: HttpOptions = {
    ...{ kind: 'http', url, path: '/orders', method: 'POST', rate: 500, count, connections: 8 },
    ...{ timeout: 30_000, retries: 0, retryAfter: 10, expect: { status: '2xx' } },
  };
  const orders = await http.start(run.context('orders'), options);
  await until(() => Promise.resolve(orders.progress().finished), { timeoutMs: 60_000, what: 'all orders' });
  await orders.stop();
  await read(run, 'kept', { redis: { service: 'redis', list: 'orders' } });
  return run.history({ orders: 'http', kept: 'ledger' });
}

const EXACTLY = { kind: 'exactly-once', options: { published: 'orders', received: ['kept'] } };

test('accepted requests are followed to the store; what is refused or unknown may be there', async () => {
  const history = await ordered(
    await shop((n) => (n === 3 ? 'refused' : n === 5 ? 'silent' : undefined)),
    50,
  );
  const [finding] = runChecks(history, [EXACTLY]);
  expect(finding).toMatchObject({
    verdict: 'pass',
    counts: { acknowledged: 48, kept: 50, refusedYetKept: 1, unknownPresent: 1 },
  });
});

test('one that is lost, and one that is kept twice, are found', async () => {
  const history = await ordered(await shop((n) => (n === 7 ? 'lost' : n === 9 ? 'twice' : undefined)), 20);
  const [finding] = runChecks(history, [EXACTLY]);
  expect(finding).toMatchObject({ verdict: 'fail', counts: { unkept: 1, keptTwice: 1 } });
  expect(finding?.examples.map((example) => example.id)).toEqual([id(7), id(9)]);
});

test('the probe redis reads the role and the number of keys', async () => {
  await store.mset({ a: '1', b: '2' });
  const services = { list: () => [replicaOf('redis', port)] };
  const ctx = { services } as unknown as ProbeContext;
  const options = { kind: 'redis' as const, service: 'redis', db: 0, timeout: 5000 };
  expect(await redisProbe.read(ctx, { ...options, read: 'role' })).toEqual({ state: 'master', value: 1 });
  expect(await redisProbe.read(ctx, { ...options, read: 'keys' })).toEqual({ value: 2 });
  expect(await redisProbe.read(ctx, { ...options, read: 'masters' })).toEqual({ value: 1 });
  await expect(redisProbe.read(ctx, { ...options, read: 'lag' })).rejects.toThrow('no replica answers');
});
