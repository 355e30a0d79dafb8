import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startNatsServer, type TestServer } from '../support/nats-server.ts';
import { eventually, Harness, RUN_ID } from './harness.ts';

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

test('every message is delivered in order, known by its identity, and its acknowledgement confirmed', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 300 });
  const workload = await harness.consume('c');
  await eventually(() => workload.progress().done === 300, '300 messages');
  await publisher.stop();
  await workload.stop();
  const { deliveries, acks } = harness.history;
  const numbers = Array.from({ length: 300 }, (_, at) => at + 1);
  expect(deliveries.map(({ seq, id }) => [seq, id])).toEqual(numbers.map((n) => [n, `${RUN_ID}/p/${n}`]));
  expect(deliveries.every((event) => event.deliveries === 1 && event.consumer === 'c/qa/worker')).toBe(true);
  expect(acks.filter(({ outcome }) => outcome === 'ok').map(({ seq }) => seq)).toEqual(numbers);
  expect(workload.record()).toMatchObject({
    kind: 'consume',
    ok: 300,
    failed: 0,
    unknown: 0,
    redelivered: 0,
  });
  expect(await ackFloor()).toBe(300);
});

test('it pauses at 50, pulls nothing beyond, and goes on with 51', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 100 });
  await eventually(() => publisher.progress().finished, '100 messages');
  const workload = await harness.consume('c', { pauseAt: 50, count: 100, batch: 30 });
  await eventually(() => workload.progress().paused, 'pause');
  await workload.pause();
  expect(harness.history.deliveries.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
  expect(await ackFloor()).toBe(50);
  expect(workload.progress()).toMatchObject({ done: 50, finished: false });
  workload.resume();
  await eventually(() => workload.progress().finished, 'the rest');
  expect(harness.history.deliveries[50]?.seq).toBe(51);
  expect(harness.history.deliveries).toHaveLength(100);
  expect(await ackFloor()).toBe(100);
});

test('a pause on request finishes what is held and takes nothing more', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { rate: 500 });
  const workload = await harness.consume('c', { processing: 1, batch: 20 });
  await eventually(() => workload.progress().done > 30, 'some messages');
  await workload.pause();
  const { deliveries, acks } = harness.history;
  expect(acks.filter(({ outcome }) => outcome === 'ok')).toHaveLength(deliveries.length);
  const sent = publisher.progress().done;
  await eventually(() => publisher.progress().done > sent + 100, 'more messages to be had');
  expect(harness.history.deliveries).toHaveLength(deliveries.length);
  workload.resume();
  await eventually(() => workload.progress().done > deliveries.length + 100, 'messages after the pause');
  const seqs = harness.history.deliveries.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, at) => at + 1));
});

test('a consumer that is not there is reported, and used as soon as it is', async () => {
  const workload = await harness.consume('c');
  await eventually(() => workload.record().firstError !== undefined, 'an error');
  expect(workload.record().firstError).toBe('no consumer worker answers on stream qa');
  await harness.createStream();
  await harness.publish('p', { count: 10 });
  await eventually(() => workload.progress().done === 10, 'ten messages');
});

test('a message that is held for too long is delivered again, and counted as such', async () => {
  await harness.createStream({}, 100);
  const publisher = await harness.publish('p', { count: 3 });
  await eventually(() => publisher.progress().finished, 'three messages');
  const slow = await harness.consume('slow', { processing: 500, batch: 3 });
  await eventually(() => harness.history.deliveries.length === 3, 'all three held');
  const quick = await harness.consume('quick');
  await eventually(() => quick.record().redelivered > 0, 'a redelivery');
  await eventually(() => slow.progress().done === 3, 'the slow one is through');
  expect(slow.record().redelivered).toBe(0);
  const again = harness.history.deliveries.filter(({ workload }) => workload === 'quick');
  expect(again.every(({ deliveries }) => deliveries > 1)).toBe(true);
});

test('it goes on by itself after the server has died and come back', async () => {
  await harness.createStream({}, 1000);
  const publisher = await harness.publish('p', { rate: 500, timeout: 1000 });
  const workload = await harness.consume('c', { ackTimeout: 500 });
  await eventually(() => workload.progress().done > 50, 'some messages');
  await server.kill();
  await server.start();
  const before = workload.progress().done;
  await eventually(() => workload.progress().done > before + 100, 'messages after the restart');
  await publisher.stop();
  const stored = Math.max(...harness.history.publishes.map(({ seq }) => seq ?? 0));
  await eventually(() => workload.progress().done >= stored, 'all that is stored');
});

test('an acknowledgement without a confirmation is unknown', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 5 });
  await eventually(() => publisher.progress().finished, 'five messages');
  const workload = await harness.consume('c', { processing: 200, ackTimeout: 100 });
  await eventually(() => harness.history.deliveries.length === 5, 'five deliveries');
  server.freeze();
  await eventually(
    () => harness.history.acks.some(({ outcome }) => outcome === 'unknown'),
    'an unknown outcome',
  );
  server.thaw();
  await workload.stop();
  expect(workload.progress().unknown).toBeGreaterThan(0);
});

async function ackFloor(): Promise<number> {
  const conn = await server.connect();
  const info = await (await jetstreamManager(conn)).consumers.info('qa', 'worker');
  await conn.close();
  return info.ack_floor.stream_seq;
}
