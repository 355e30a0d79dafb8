import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { operationsPath } from '../../src/history/paths.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { until } from '../../src/support/deadline.ts';
import { Threads } from '../../src/threads/threads.ts';
import type { RunningWorkload } from '../../src/workloads/workload.ts';
import { startNatsServer, type TestServer } from '../support/nats-server.ts';
import { deliveriesOf, publishesOf } from '../support/rows.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const RUN = 'run1';
const program = pathToFileURL(resolve('dist/threads/thread.js'));
const open = (): Worker => new Worker(program);
const started = performance.now();

let server: TestServer;
let folder: string;
let threads: Threads;
let troubles: unknown[];

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.dispose());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-threads-'));
  troubles = [];
  threads = new Threads({
    open,
    data: { runId: RUN, folder, seed: 1, publishers: ['p'] },
    elapsedMs: () => performance.now() - started,
    workloads: 2,
    streams: 1,
    noteTrouble: (thrown) => troubles.push(thrown),
  });
  const conn = await server.connect('setup');
  const manager = await jetstreamManager(conn);
  await manager.streams.add({ name: 'qa', subjects: ['qa.>'] });
  await manager.consumers.add('qa', { durable_name: 'worker', ack_policy: 'explicit' });
  await conn.close();
});
afterEach(async () => {
  await threads.close();
  rmSync(folder, { recursive: true, force: true });
  const conn = await server.connect('setup');
  await (await jetstreamManager(conn)).streams.delete('qa');
  await conn.close();
});

const reach = () => ({ servers: [{ node: 'c/n1', server: server.address }], access: {} });
const publish = (options: Record<string, unknown> = {}): Promise<RunningWorkload> => {
  const base = { kind: 'publish', stream: 'c/qa', subject: 'qa.x', rate: 2000, size: 128, publishers: 1 };
  const all = { ...base, timeout: 5000, retries: 0, ...options };
  return threads.start({ name: 'p', kind: 'publish', cluster: 'c', options: all, reach: reach() }, 'c/qa');
};
const consume = (): Promise<RunningWorkload> => {
  const options = {
    kind: 'consume',
    consumer: 'c/qa/worker',
    push: false,
    pull: { how: 'consume', expires: 1000 },
    batch: 100,
    members: 1,
    ack: 'explicit',
    ackEvery: 10,
    ackTimeout: 5000,
    processing: 0,
    confirm: true,
  };
  return threads.start({ name: 'w', kind: 'consume', cluster: 'c', options, reach: reach() }, 'c/qa/worker');
};
const eventually = (condition: () => boolean, what: string) =>
  until(() => Promise.resolve(condition()), { timeoutMs: 60_000, everyMs: 5, what });
const history = () =>
  readHistory(folder, RUN, {
    p: { kind: 'publish', target: 'c/qa' },
    w: { kind: 'consume', target: 'c/qa/worker' },
  });

it('runs workloads and reads streams back in other threads, on one clock, into one history', async () => {
  const from = performance.now() - started;
  const [worker, publisher] = [await consume(), await publish({ count: 500 })];
  await eventually(() => publisher.progress().finished && worker.progress().done === 500, 'everything');
  expect(worker.progress()).toMatchObject({ failed: 0, unknown: 0, paused: false, position: 500 });
  await Promise.all([publisher.stop(), worker.stop()]);
  expect(publisher.record()).toMatchObject({ name: 'p', ok: 500, failed: 0, target: 'c/qa' });
  await threads.audit({ address: 'c/qa', readOnly: false, own: {}, stalledAfterMs: 30_000, reach: reach() });
  await threads.close();
  const to = performance.now() - started;

  const read = await history();
  const published = publishesOf(read, 'p');
  expect(published.map(({ n, outcome }) => [n, outcome])).toEqual(
    Array.from({ length: 500 }, (_, at) => [at + 1, 'ok']),
  );
  for (const { t, latencyMs } of published) {
    expect(t).toBeGreaterThan(from - 1);
    expect(t + latencyMs).toBeLessThan(to + 1);
  }
  const delivered = new Map(deliveriesOf(read, 'w').map((one) => [one.seq, one.t]));
  // A message is sent before it is delivered: the two threads keep the same time.
  for (const { seq, t } of published) expect(delivered.get(seq)).toBeGreaterThan(t - 1);
  expect(read.streamAudits).toMatchObject([{ stream: 'c/qa', complete: true, messages: 500 }]);
  expect(read.marks.filter(({ mark }) => mark === 'stopped')).toHaveLength(2);
  expect(troubles).toEqual([]);
});

it('pauses, resumes, and gives up as a workload in the same thread does', async () => {
  const publisher = await publish();
  await eventually(() => publisher.progress().done > 10, 'messages');
  await publisher.pause();
  const { done, paused } = publisher.progress();
  expect(paused).toBe(true);
  publisher.resume();
  await eventually(() => publisher.progress().done > done, 'more messages');
  await publisher.stop(AbortSignal.abort());
  expect(publisher.progress()).toMatchObject({ finished: true });
});

it('tells what a workload throws at its start, and ends what it does at an abort', async () => {
  await expect(publish({ size: 8 })).rejects.toMatchObject({ code: 'invalid' });
  const publisher = await publish();
  await eventually(() => publisher.progress().done > 10, 'messages');
  const controller = new AbortController();
  threads.abortOn(controller.signal);
  controller.abort('SIGINT');
  await publisher.stop();
  expect(publisher.record().ok).toBeGreaterThan(10);
});

it('tells of a history that cannot be written', async () => {
  mkdirSync(operationsPath(folder, 'p'), { recursive: true });
  await publish({ count: 100 });
  await eventually(() => troubles.length > 0, 'the trouble');
  expect(troubles[0]).toMatchObject({ code: 'EEXIST', path: operationsPath(folder, 'p') });
});

it('says why a thread that cannot be started answers nothing', async () => {
  const lost: unknown[] = [];
  const broken = new Threads({
    open: () => new Worker(pathToFileURL(join(folder, 'none.js'))),
    data: { runId: RUN, folder, seed: 1, publishers: [] },
    elapsedMs: () => 0,
    workloads: 1,
    streams: 0,
    noteTrouble: (thrown) => lost.push(thrown),
  });
  const order = { name: 'p', kind: 'publish', cluster: 'c', options: {}, reach: reach() };
  await expect(broken.start(order, 'c/qa')).rejects.toThrow(/none\.js/);
  expect(lost).toHaveLength(1);
  await broken.close();
});
