import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningWorkload } from '../../../src/workloads/workload.ts';
import { publishesOf, type PublishRow } from '../../support/rows.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';
import { eventually, Harness, RUN_ID } from '../harness.ts';

let server: TestServer;
let harness: Harness;

beforeEach(async () => {
  server = await startNatsServer();
  harness = new Harness(server);
});
afterEach(async () => {
  server.thaw();
  harness.abort.abort();
  await harness.stop();
  await server.dispose();
});

test('several publishers share the numbers, each its own in the order of publishing', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { count: 300, publishers: 3 });
  await finished(workload);
  expect(harness.asked).toEqual([{ name: 'p' }, { name: 'p 2' }, { name: 'p 3' }]);
  const rows = await published();
  expect(rows.map(({ n }) => n).sort((a, b) => a - b)).toEqual(numbers(300));
  expect(new Set(rows.map(({ seq }) => seq)).size).toBe(300);
  for (const lane of [1, 2, 0]) {
    const own = rows.filter(({ n }) => n % 3 === lane).sort((a, b) => a.n - b.n);
    expect(own.map(({ seq }) => seq)).toEqual([...own.map(({ seq }) => seq)].sort((a, b) => a - b));
  }
});

test('several publishers pause together at a count, and go on from there', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { count: 50, publishers: 4, pauseAt: 21 });
  await eventually(() => workload.progress().paused && workload.progress().done === 21, 'the pause');
  expect((await published()).map(({ n }) => n).sort((a, b) => a - b)).toEqual(numbers(21));
  workload.resume();
  await finished(workload);
  expect(workload.progress().done).toBe(50);
});

test('a template gives each message its subject, its headers and its size, always the same', async () => {
  await harness.createStream();
  const size = { choices: [100, 200], seed: 1 };
  const options = { subject: 'qa.{eu,us}.{1..3}', headers: { Team: 'Küche' }, size, count: 12 };
  await finished(await harness.publish('p', options));
  const messages = await stored(12);
  expect(messages.map(({ subject }) => subject).slice(0, 7)).toEqual(
    ['eu.1', 'eu.2', 'eu.3', 'us.1', 'us.2', 'us.3', 'eu.1'].map((end) => `qa.${end}`),
  );
  expect(messages.every(({ header }) => header.get('Team') === 'Küche')).toBe(true);
  expect(messages.every(({ header }) => !header.has('Nats-Msg-Id'))).toBe(true);
  expect(messages.map(({ data }) => Buffer.from(data).toString().split('\n')[0])).toEqual(
    numbers(12).map((n) => `${RUN_ID}/p/${n}`),
  );
  const sizes = messages.map(({ data }) => data.length);
  expect(new Set(sizes)).toEqual(new Set([100, 200]));
  await finished(await harness.publish('q', options));
  expect((await stored(24)).slice(12).map(({ data }) => data.length)).toEqual(sizes);
});

test('with retries each message has its identity as its message id', async () => {
  await harness.createStream();
  await finished(await harness.publish('p', { count: 3, retries: 1 }));
  const ids = (await stored(3)).map(({ header }) => header.get('Nats-Msg-Id'));
  expect(ids).toEqual(numbers(3).map((n) => `${RUN_ID}/p/${n}`));
});

test('at full speed as many are in flight as may be, and every one has its outcome', async () => {
  await harness.createStream();
  await finished(await harness.publish('p', { rate: 'max', count: 30_000, maxInFlight: 500 }));
  const rows = await published();
  expect(rows.map(({ n }) => n)).toEqual(numbers(30_000));
  expect(rows.every(({ n, seq, outcome }) => seq === n && outcome === 'ok')).toBe(true);
});

test('a message that expires is gone from the stream after its time', async () => {
  await harness.createStream({ allow_msg_ttl: true });
  await finished(await harness.publish('p', { count: 5, ttl: 1000 }));
  await eventually(async () => (await countStored()) === 0, 'an empty stream');
});

test('expected sequences hold while nobody else publishes, and a message of another fails the next one', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { count: 20, pauseAt: 10, expectLast: 'stream' });
  await eventually(() => workload.progress().paused && workload.progress().done === 10, 'the pause');
  const conn = await server.connect();
  await conn.request('qa.others');
  await conn.close();
  workload.resume();
  await finished(workload);
  const rows = await published();
  expect(rows[10]).toMatchObject({ n: 11, outcome: 'failed', error: 'wrong last sequence: 11 (10071)' });
  expect(workload.progress()).toMatchObject({ done: 19, failed: 1, unknown: 0 });
});

test('expected sequences of subjects let one message of each be in flight', async () => {
  await harness.createStream();
  const options = { subject: 'qa.{1..5}', expectLast: 'subject' as const, count: 200 };
  const workload = await harness.publish('p', options);
  await finished(workload);
  expect(workload.progress()).toMatchObject({ done: 200, failed: 0, unknown: 0 });
  const last = (await stored(200)).at(-1)?.header.get('Nats-Expected-Last-Subject-Sequence');
  expect(last).toBe('195');
});

test('a batch is stored as a whole, with one outcome for all its messages', async () => {
  await harness.createStream({ allow_atomic: true });
  await finished(await harness.publish('p', { count: 25, batch: 10 }));
  const rows = await published();
  expect(rows.map(({ n, seq, outcome }) => [n, seq, outcome])).toEqual(numbers(25).map((n) => [n, n, 'ok']));
  expect(new Set(rows.map(({ t }) => t)).size).toBe(3);
});

test('of a batch that the stream refuses nothing is stored', async () => {
  await harness.createStream({ allow_atomic: true, max_msgs: 15, discard: 'new' });
  const workload = await harness.publish('p', { count: 30, batch: 10 });
  await finished(workload);
  const rows = await published();
  const ok = rows.filter(({ outcome }) => outcome === 'ok').length;
  expect(rows).toHaveLength(30);
  expect(ok % 10).toBe(0);
  expect(await countStored()).toBe(ok);
});

test('messages that were due while the server was frozen are late from their due time on, and told', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { rate: 500, maxInFlight: 20, timeout: 60_000 });
  await eventually(() => workload.progress().done > 50, 'some messages');
  await server.freeze();
  const frozenAt = performance.now();
  await eventually(() => performance.now() - frozenAt > 2500, 'more than may be caught up with');
  server.thaw();
  const before = workload.progress().done;
  await eventually(() => workload.progress().done > before + 600, 'the rest');
  await workload.stop();
  const { offered } = workload.record();
  if (offered === undefined) throw new Error('it has no record of its offer');
  expect(offered.sent).toBe((await published()).length);
  expect(offered.planned).toBe(offered.sent + offered.skipped);
  expect(offered.late).toBeGreaterThan(400);
  expect(offered.skipped).toBeGreaterThan(500);
});

test('a lost connection in a gap that can be caught up with loses no message of the plan', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { rate: 100, count: 300 });
  await finished(workload);
  await workload.stop();
  const offered = workload.record().offered;
  expect(offered).toMatchObject({ planned: 300 + (offered?.skipped ?? NaN), sent: 300 });
});

function finished(workload: RunningWorkload): Promise<true> {
  return eventually(() => workload.progress().finished, 'all outcomes');
}

async function published(): Promise<PublishRow[]> {
  return publishesOf(await harness.history(), 'p');
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

async function countStored(): Promise<number> {
  const conn = await server.connect();
  const { state } = await (await jetstreamManager(conn)).streams.info('qa');
  await conn.close();
  return state.messages;
}

async function stored(count: number) {
  const conn = await server.connect();
  const { streams } = await jetstreamManager(conn);
  const messages = [];
  for (const seq of numbers(count)) {
    const message = await streams.getMessage('qa', { seq });
    if (message === null) throw new Error(`message ${seq} is not stored`);
    messages.push(message);
  }
  await conn.close();
  return messages;
}
