import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('every message is acknowledged with its sequence, in the order of publishing', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { count: 500 });
  await eventually(() => workload.progress().finished, '500 messages');
  await workload.stop();
  expect(workload.progress()).toEqual({ done: 500, failed: 0, unknown: 0, paused: false, finished: true });
  const publishes = await published();
  expect(publishes.map(({ n, seq }) => [n, seq])).toEqual(
    Array.from({ length: 500 }, (_, at) => [at + 1, at + 1]),
  );
  expect(publishes[0]).toMatchObject({ id: `${RUN_ID}/p/1`, outcome: 'ok', attempts: 1 });
  const record = workload.record();
  expect(record).toMatchObject({
    name: 'p',
    kind: 'publish',
    target: 'c/qa',
    ok: 500,
    failed: 0,
    unknown: 0,
  });
  expect(record.seconds.reduce((sum, second) => sum + second.ok, 0)).toBe(500);
  expect(record.firstError).toBeUndefined();
});

test('a subject without a stream fails every message and says so', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { subject: 'elsewhere.orders', count: 20 });
  await eventually(() => workload.progress().finished, 'all outcomes');
  expect(workload.progress()).toMatchObject({ done: 0, failed: 20, unknown: 0 });
  expect(workload.record().firstError).toBe('no stream answers on subject elsewhere.orders');
});

test('an acknowledgement by another stream than the one meant is a failure', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { stream: 'c/other', count: 3 });
  await eventually(() => workload.progress().finished, 'all outcomes');
  expect(workload.progress()).toMatchObject({ done: 0, failed: 3 });
  expect(workload.record().firstError).toBe('stream qa answered in place of other');
});

test('a message that the stream refuses failed, with the reason of the server', async () => {
  await harness.createStream({ max_msgs: 5, discard: 'new' });
  const workload = await harness.publish('p', { count: 8 });
  await eventually(() => workload.progress().finished, 'all outcomes');
  expect(workload.progress()).toMatchObject({ done: 5, failed: 3, unknown: 0 });
  expect(workload.record().firstError).toMatch(/maximum messages exceeded/);
});

test('it pauses by itself where it was told to, and goes on from there', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { count: 30, pauseAt: [20, 10] });
  for (const point of [10, 20]) {
    await eventually(
      () => workload.progress().paused && workload.progress().done === point,
      `pause at ${point}`,
    );
    await workload.pause();
    expect(await published()).toHaveLength(point);
    workload.resume();
  }
  await eventually(() => workload.progress().finished, 'the rest');
  expect((await published()).map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  const marks = (await harness.history()).marks.map(({ mark }) => mark);
  expect(marks).toEqual(['started', 'paused', 'resumed', 'paused', 'resumed']);
});

test('a pause on request lets what is in flight end and sends nothing more', async () => {
  await harness.createStream();
  const workload = await harness.publish('p');
  await eventually(() => workload.progress().done > 50, 'some messages');
  await workload.pause();
  const publishes = await published();
  expect(publishes.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(workload.progress()).toMatchObject({ paused: true, finished: false, done: publishes.length });
});

test('a message without an answer is unknown, never failed', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { pauseAt: 10, count: 20, timeout: 300 });
  await eventually(() => workload.progress().done === 10, 'the first ten');
  await server.freeze();
  workload.resume();
  await eventually(() => workload.progress().unknown === 10, 'ten without an answer');
  expect(workload.progress()).toMatchObject({ done: 10, failed: 0, finished: true });
  expect(workload.record().firstError).toBe('no answer within 300 ms');
});

test('an unanswered message is sent again under the same id, and stored once', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { pauseAt: 5, count: 10, timeout: 300, retries: 100 });
  await eventually(() => workload.progress().done === 5, 'the first five');
  await server.freeze();
  workload.resume();
  const sent = () => harness.connections.get('p')!.stats().outMsgs;
  await eventually(() => sent() >= 5 + 5 * 3, 'three attempts for each');
  server.thaw();
  await eventually(() => workload.progress().finished, 'all outcomes');
  const later = (await published()).filter(({ n }) => n > 5);
  expect(later.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
  expect(later.every(({ attempts }) => attempts > 1)).toBe(true);
  const conn = await server.connect();
  const info: { state: { messages: number } } = (await conn.request('$JS.API.STREAM.INFO.qa')).json();
  expect(info.state.messages).toBe(10);
  await conn.close();
});

test('after an attempt without an answer, no stream at all is still unknown', async () => {
  const conn = await server.connect();
  const silent = conn.subscribe('lost.x');
  const workload = await harness.publish('p', { subject: 'lost.x', count: 3, timeout: 300, retries: 1 });
  await eventually(() => silent.getReceived() === 3, 'messages that nobody answers');
  silent.unsubscribe();
  await conn.flush();
  await eventually(() => workload.progress().finished, 'all outcomes');
  expect(workload.progress()).toMatchObject({ done: 0, failed: 0, unknown: 3 });
  expect(workload.record().firstError).toBe('no stream answers on subject lost.x');
  await conn.close();
});

test('nothing is sent while the connection is away; afterwards it goes on', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { timeout: 1000 });
  await eventually(() => workload.progress().done > 50, 'some messages');
  await server.kill();
  const before = (await published()).length;
  await server.start();
  await eventually(() => workload.progress().done > before + 100, 'messages after the restart');
  await workload.pause();
  const publishes = await published();
  const lost = publishes.filter(({ outcome }) => outcome !== 'ok');
  expect(lost.every(({ outcome, crossedReconnect }) => outcome === 'unknown' && crossedReconnect)).toBe(true);
  expect(publishes.length).toBe(workload.progress().done + lost.length);
});

test('an interrupt makes what is in flight unknown, at once', async () => {
  await harness.createStream();
  const workload = await harness.publish('p', { pauseAt: 10, count: 20, timeout: 600_000 });
  await eventually(() => workload.progress().done === 10, 'the first ten');
  await server.freeze();
  workload.resume();
  await eventually(() => !workload.progress().paused, 'resumed');
  const stopped = workload.stop();
  harness.abort.abort();
  await stopped;
  const unknown = (await published()).filter(({ outcome }) => outcome === 'unknown');
  expect(unknown.length).toBeGreaterThan(0);
  expect(unknown[0]?.error).toBe('interrupted before an answer came');
});

test('a body too small for the identity is refused before anything is sent', async () => {
  await expect(
    harness.publish('a-workload-with-a-name-that-is-much-too-long-for-it', { size: 64 }),
  ).rejects.toThrow(/a body of 64 B cannot hold the identity/);
});

test('a pinned workload asks for its node, any other for none', async () => {
  await harness.createStream();
  await harness.publish('p', { node: 'c/n1' });
  await harness.consume('c', { node: 'c/n2' });
  await harness.publish('q');
  expect(harness.asked).toEqual([{ name: 'p', node: 'c/n1' }, { name: 'c', node: 'c/n2' }, { name: 'q' }]);
});

async function published(): Promise<PublishRow[]> {
  return publishesOf(await harness.history(), 'p');
}
