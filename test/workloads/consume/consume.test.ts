import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('every message is delivered in order, known by its identity, and its acknowledgement confirmed', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 300 });
  const workload = await harness.consume('c');
  await eventually(() => workload.progress().done === 300, '300 messages');
  await publisher.stop();
  await workload.stop();
  const deliveries = await harness.deliveries('c');
  const numbers = Array.from({ length: 300 }, (_, at) => at + 1);
  expect(deliveries.map(({ seq, id }) => [seq, id])).toEqual(numbers.map((n) => [n, `${RUN_ID}/p/${n}`]));
  expect(deliveries.every((event) => event.deliveries === 1 && event.outcome === 'ok')).toBe(true);
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
  expect((await harness.deliveries('c')).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
  expect(await ackFloor()).toBe(50);
  expect(workload.progress()).toMatchObject({ done: 50, finished: false });
  workload.resume();
  await eventually(() => workload.progress().finished, 'the rest');
  const deliveries = await harness.deliveries('c');
  expect(deliveries[50]?.seq).toBe(51);
  expect(deliveries).toHaveLength(100);
  expect(await ackFloor()).toBe(100);
});

test('a pause on request finishes what is held and takes nothing more', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { rate: 500 });
  const workload = await harness.consume('c', { processing: 1, batch: 20 });
  await eventually(() => workload.progress().done > 30, 'some messages');
  await workload.pause();
  const deliveries = await harness.deliveries('c');
  expect(deliveries.filter(({ outcome }) => outcome === 'ok')).toHaveLength(deliveries.length);
  const sent = publisher.progress().done;
  await eventually(() => publisher.progress().done > sent + 100, 'more messages to be had');
  expect(await harness.deliveries('c')).toHaveLength(deliveries.length);
  workload.resume();
  await eventually(() => workload.progress().done > deliveries.length + 100, 'messages after the pause');
  await workload.stop();
  const seqs = (await harness.deliveries('c')).map(({ seq }) => seq);
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
  await eventually(async () => (await harness.deliveries('slow')).length === 3, 'all three held');
  const quick = await harness.consume('quick');
  await eventually(() => quick.record().redelivered > 0, 'a redelivery');
  await eventually(() => slow.progress().done === 3, 'the slow one is through');
  expect(slow.record().redelivered).toBe(0);
  const again = await harness.deliveries('quick');
  expect(again.length).toBeGreaterThan(0);
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
  const stored = await lastSequence();
  await eventually(() => workload.progress().done >= stored, 'all that is stored');
});

test('an acknowledgement without a confirmation is unknown', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 5 });
  await eventually(() => publisher.progress().finished, 'five messages');
  const workload = await harness.consume('c', { processing: 200, ackTimeout: 100 });
  await eventually(async () => (await harness.deliveries('c')).length === 5, 'five deliveries');
  await server.freeze();
  await eventually(
    async () => (await harness.deliveries('c')).some(({ outcome }) => outcome === 'unknown'),
    'an unknown outcome',
  );
  server.thaw();
  await workload.stop();
  expect(workload.progress().unknown).toBeGreaterThan(0);
});

test('without confirmations the outcome is unknown, and the ack floor shows what came of it', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 500 });
  const workload = await harness.consume('c', { confirm: false, count: 500 });
  await eventually(() => workload.progress().finished, '500 messages');
  await publisher.stop();
  await workload.stop();
  const deliveries = await harness.deliveries('c');
  expect(deliveries.map(({ id }) => id)).toEqual(
    Array.from({ length: 500 }, (_, at) => `${RUN_ID}/p/${at + 1}`),
  );
  const end = { outcome: 'unknown', error: 'no confirmation was asked for' };
  expect(deliveries.every(({ outcome, error }) => outcome === end.outcome && error === end.error)).toBe(true);
  expect(workload.record()).toMatchObject({ ok: 500, failed: 0, unknown: 0, redelivered: 0 });
  expect(await ackFloor()).toBe(500);
});

test('without confirmations, too, nothing is acknowledged while there is no connection', async () => {
  await harness.createStream({}, 1000);
  const publisher = await harness.publish('p', { rate: 500, timeout: 1000 });
  const workload = await harness.consume('c', { confirm: false, processing: 1, ackTimeout: 60_000 });
  await eventually(() => workload.progress().done > 50, 'some messages');
  await server.kill();
  await server.start();
  const before = workload.progress().done;
  await eventually(() => workload.progress().done > before + 100, 'messages after the restart');
  await publisher.stop();
  const stored = await lastSequence();
  await eventually(() => workload.progress().done >= stored, 'all that is stored');
  await eventually(async () => (await ackFloor()) === stored, 'every acknowledgement');
});

test('a stream is read in order, from its first message on, and nothing is acknowledged', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { count: 2000 });
  const workload = await harness.consume('c', { ordered: 'c/qa', pauseAt: 700, count: 2000 });
  await eventually(() => workload.progress().paused, 'pause');
  await workload.pause();
  expect(workload.progress().done).toBe(700);
  workload.resume();
  await eventually(() => workload.progress().finished, 'the rest');
  await publisher.stop();
  await workload.stop();
  const deliveries = await harness.deliveries('c');
  expect(deliveries).toEqual(
    Array.from({ length: 2000 }, (_, at) => ({ seq: at + 1, id: `${RUN_ID}/p/${at + 1}`, deliveries: 1 })),
  );
  expect(workload.record()).toMatchObject({ target: 'c/qa/c', ok: 2000, unknown: 0, redelivered: 0 });
  expect(await ackFloor()).toBe(0);
  await eventually(async () => (await consumerNames()).join() === 'worker', 'its consumer to be gone');
});

test('an ordered consumer that is gone is made again, after the last message that came', async () => {
  await harness.createStream();
  const publisher = await harness.publish('p', { rate: 500 });
  const workload = await harness.consume('c', { ordered: 'c/qa' });
  for (let round = 0; round < 2; round += 1) {
    const before = workload.progress().done;
    await eventually(() => workload.progress().done > before + 50, 'some messages');
    for (const name of await consumerNames()) if (name !== 'worker') await deleteConsumer(name);
  }
  const last = workload.progress().done;
  await server.kill();
  await server.start();
  await eventually(() => workload.progress().done > last + 50, 'messages after the restart');
  await publisher.stop();
  const stored = await lastSequence();
  await eventually(() => workload.progress().done >= stored, 'all that is stored');
  await workload.stop();
  const seqs = (await harness.deliveries('c')).map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: stored }, (_, at) => at + 1));
});

async function lastSequence(): Promise<number> {
  const conn = await server.connect();
  const { state } = await (await jetstreamManager(conn)).streams.info('qa');
  await conn.close();
  return state.last_seq;
}

async function consumerNames(): Promise<string[]> {
  const conn = await server.connect();
  const names: string[] = [];
  for await (const { name } of (await jetstreamManager(conn)).consumers.list('qa')) names.push(name);
  await conn.close();
  return names;
}

async function deleteConsumer(name: string): Promise<void> {
  const conn = await server.connect();
  await (await jetstreamManager(conn)).consumers.delete('qa', name);
  await conn.close();
}

async function ackFloor(): Promise<number> {
  const conn = await server.connect();
  const info = await (await jetstreamManager(conn)).consumers.info('qa', 'worker');
  await conn.close();
  return info.ack_floor.stream_seq;
}
