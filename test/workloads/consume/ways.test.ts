import { jetstreamManager, type ConsumerConfig } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConsumeOptions } from '../../../src/workloads/consume/options.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';
import { eventually, Harness, type Delivery } from '../harness.ts';

let server: TestServer;
let harness: Harness;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.dispose());
beforeEach(() => {
  harness = new Harness(server);
});
afterEach(async () => {
  harness.abort.abort();
  await harness.stop();
  await manage((manager) => manager.streams.delete('qa'));
});

describe('a pull consumer', () => {
  const ways: [string, Partial<ConsumeOptions>, (request: PullRequest) => boolean][] = [
    ['fetched from', { pull: { how: 'fetch', expires: 500 }, batch: 40 }, ({ batch }) => batch <= 40],
    ['asked for the next', { pull: { how: 'next', expires: 2000 } }, ({ batch }) => batch === 1],
    [
      'consumed from, with a threshold',
      { pull: { how: 'consume', expires: 1000, threshold: 10 }, batch: 50, processing: 1 },
      ({ batch }) => batch >= 40 && batch <= 50,
    ],
    [
      'pulled from by bytes',
      { pull: { how: 'fetch', expires: 1000, maxBytes: 2000 } },
      (request) => request.max_bytes === 2000,
    ],
  ];
  test.each(ways)('that is %s delivers everything, once and in order', async (_, options, isAsked) => {
    await harness.createStream();
    await publishAll(120);
    const requests = await pullRequests();
    const workload = await harness.consume('c', options);
    await eventually(() => workload.progress().done === 120, 'all messages');
    await workload.stop();
    expect(sequences(await harness.deliveries('c'))).toEqual(upTo(120));
    expect(workload.record()).toMatchObject({ ok: 120, failed: 0, unknown: 0, redelivered: 0 });
    expect(workload.record().firstError).toBeUndefined();
    const asked = await requests.end();
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((request) => !isAsked(request))).toEqual([]);
  });

  test('that has several members gives each message to one of them, and the history says to which', async () => {
    await harness.createStream();
    const workload = await harness.consume('c', { members: 3, batch: 10, processing: 1 });
    await publishAll(300);
    await eventually(() => workload.progress().done === 300, 'all messages');
    await workload.stop();
    const deliveries = await harness.deliveries('c');
    expect(sequences(deliveries).sort((a, b) => a - b)).toEqual(upTo(300));
    for (const member of [0, 1, 2]) {
      const own = deliveries.filter((one) => one.member === member).map(({ seq }) => seq);
      expect(own.length).toBeGreaterThan(0);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    expect(harness.asked.slice(0, 3).map(({ first }) => first)).toEqual([undefined, 1, 2]);
  });

  test('that is not pushed to is reported', async () => {
    await harness.createStream();
    const workload = await harness.consume('c', { push: true });
    const error = 'no push consumer worker on stream qa: it is a pull consumer';
    await eventually(() => workload.record().firstError === error, 'the error');
  });
});

describe('a push consumer', () => {
  const push = { deliver_subject: 'deliver.c', flow_control: true, idle_heartbeat: 1e9 };

  test('delivers everything, once and in order, across a pause', async () => {
    await harness.createStream();
    await makeConsumer({ durable_name: 'pushed', ...push });
    const publisher = await harness.publish('p', { count: 2000, rate: 4000 });
    const workload = await harness.consume('c', { consumer: 'c/qa/pushed', push: true });
    await eventually(() => workload.progress().done > 300, 'some messages');
    await workload.pause();
    const { done } = workload.progress();
    await eventually(() => publisher.progress().finished, 'more messages to be had');
    expect(workload.progress().done).toBe(done);
    workload.resume();
    await eventually(() => workload.progress().done === 2000, 'all messages');
    await workload.stop();
    expect(sequences(await harness.deliveries('c'))).toEqual(upTo(2000));
    expect(workload.record()).toMatchObject({ ok: 2000, failed: 0, unknown: 0, redelivered: 0 });
  });

  test('with a deliver group shares them among its members', async () => {
    await harness.createStream();
    await makeConsumer({ durable_name: 'pushed', deliver_subject: 'deliver.c', deliver_group: 'g' });
    const options = { consumer: 'c/qa/pushed', push: true, members: 3 };
    const workload = await harness.consume('c', options);
    await publishAll(300);
    await eventually(() => workload.progress().done === 300, 'all messages');
    await workload.stop();
    const deliveries = await harness.deliveries('c');
    expect(sequences(deliveries).sort((a, b) => a - b)).toEqual(upTo(300));
    expect(new Set(deliveries.map(({ member }) => member))).toEqual(new Set([0, 1, 2]));
  });

  test('whose heartbeats are missed is subscribed to again', async () => {
    await harness.createStream();
    await makeConsumer({ durable_name: 'pushed', ...push, idle_heartbeat: 100e6 });
    const workload = await harness.consume('c', { consumer: 'c/qa/pushed', push: true });
    await publishAll(10);
    await eventually(() => workload.progress().done === 10, 'ten messages');
    await manage((manager) => manager.consumers.delete('qa', 'pushed'));
    await eventually(() => workload.record().firstError === 'heartbeats missed', 'silence to be noticed');
    await makeConsumer({ durable_name: 'pushed', ...push, deliver_subject: 'deliver.elsewhere' });
    await eventually(() => workload.record().redelivered === 10, 'all once more');
  });

  test('that reads in order goes on after the last message, across a pause and the loss of its consumer', async () => {
    await harness.createStream();
    await publishAll(1500);
    const workload = await harness.consume('c', { ordered: 'c/qa', push: true, pauseAt: 700 });
    await eventually(() => workload.progress().paused, 'pause');
    await workload.pause();
    expect(workload.progress().done).toBe(700);
    workload.resume();
    await eventually(() => workload.progress().done === 1500, 'the rest');
    for (const name of await consumerNames())
      if (name !== 'worker') await manage((manager) => manager.consumers.delete('qa', name));
    const more = await harness.publish('q', { count: 100 });
    await eventually(() => workload.progress().done === 1600, 'messages from a new consumer');
    await more.stop();
    await workload.stop();
    expect(sequences(await harness.deliveries('c'))).toEqual(upTo(1600));
    await eventually(async () => (await consumerNames()).join() === 'worker', 'its consumer to be gone');
  });
});

describe('an ordered consumer', () => {
  test.each([true, false])(
    'that is not yet made when its workload is stopped is not left behind (push: %s)',
    async (push) => {
      await harness.createStream();
      const workload = await harness.consume('c', { ordered: 'c/qa', push });
      await workload.stop();
      // What was asked for before is answered before this.
      await eventually(async () => (await consumerNames()).join() === 'worker', 'its consumer to be gone');
      expect(await consumerNames()).toEqual(['worker']);
    },
  );
});

describe('acknowledgements', () => {
  test('of all that came before count for these too', async () => {
    await harness.createStream();
    await makeConsumer({ durable_name: 'all', ack_policy: 'all', max_ack_pending: 1000 });
    const acks = await subjectsOf('$JS.ACK.>');
    const workload = await harness.consume('c', { consumer: 'c/qa/all', ack: 'all', ackEvery: 20 });
    await publishAll(205);
    await eventually(() => workload.record().ok === 205, 'all messages');
    await workload.stop();
    const deliveries = await harness.deliveries('c');
    expect(sequences(deliveries)).toEqual(upTo(205));
    expect(deliveries.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect((await acks.end()).length).toBeLessThan(100);
    expect(await ackFloor('all')).toBe(205);
  });

  test('are none where the consumer wants none', async () => {
    await harness.createStream();
    await makeConsumer({ durable_name: 'none', ack_policy: 'none' });
    const acks = await subjectsOf('$JS.ACK.>');
    const workload = await harness.consume('c', { consumer: 'c/qa/none', ack: 'none', count: 100 });
    await publishAll(100);
    await eventually(() => workload.progress().finished, 'all messages');
    await workload.stop();
    const deliveries = await harness.deliveries('c');
    expect(sequences(deliveries)).toEqual(upTo(100));
    expect(deliveries.every(({ outcome }) => outcome === undefined)).toBe(true);
    expect(await acks.end()).toEqual([]);
  });

  test('of a slow consumer that says so in time come before the message is delivered again', async () => {
    await harness.createStream({}, 300);
    await publishAll(2);
    const workload = await harness.consume('c', { processing: 1200, inProgress: 50, batch: 1 });
    await eventually(() => workload.progress().done === 2, 'two messages');
    await workload.stop();
    expect(workload.record()).toMatchObject({ ok: 2, redelivered: 0 });
    expect(await harness.deliveries('c')).toHaveLength(2);
  });
});

test('what is rejected or held by a crash comes again, and what is given up never does', async () => {
  await harness.createStream({}, 500);
  await publishAll(400);
  const mishaps = { nak: 0.1, nakDelay: 50, term: 0.1, crash: 0.01 };
  const workload = await harness.consume('c', { mishaps, batch: 20, members: 2 });
  await eventually(() => workload.progress().done === 400, 'all messages');
  await workload.stop();
  const deliveries = await harness.deliveries('c');
  const of = (seq: number) => deliveries.filter((one) => one.seq === seq);
  const hit = (instead: string) => deliveries.filter((one) => one.instead === instead);
  expect([...new Set(sequences(deliveries))].sort((a, b) => a - b)).toEqual(upTo(400));
  for (const instead of ['nak', 'term', 'crash']) expect(hit(instead).length).toBeGreaterThan(0);
  for (const { seq } of [...hit('nak'), ...hit('crash')]) {
    const last = of(seq).at(-1);
    // An acknowledgement that is under way when its member crashes has arrived (see the ack floor), but nobody hears so.
    expect(['ok', 'unknown']).toContain(last?.outcome);
    expect(last?.instead).toBeUndefined();
    expect(last?.deliveries).toBeGreaterThan(1);
  }
  // One whose end was under way in a crash may come again.
  for (const { seq, outcome } of hit('term')) if (outcome === 'ok') expect(of(seq)).toHaveLength(1);
  expect(hit('term').some(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(harness.asked.length).toBeGreaterThan(2);
  const marks = (await harness.history()).marks.map(({ note }) => note);
  expect(marks.at(-1)).toMatch(/^after 400 messages, .*\d+ rejected.*/);
  expect(await ackFloor('worker')).toBe(400);
});

interface PullRequest {
  batch: number;
  max_bytes?: number;
}

async function publishAll(count: number): Promise<void> {
  const publisher = await harness.publish('p', { count, rate: 4000 });
  await eventually(() => publisher.progress().finished, `${count} messages`);
}

async function manage<T>(
  use: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
): Promise<T> {
  const conn = await server.connect();
  try {
    return await use(await jetstreamManager(conn));
  } finally {
    await conn.close();
  }
}

const makeConsumer = (config: Partial<ConsumerConfig>) =>
  manage((manager) => manager.consumers.add('qa', { ack_policy: 'explicit', ...config }));

const ackFloor = (name: string) =>
  manage(async (manager) => (await manager.consumers.info('qa', name)).ack_floor.stream_seq);

const consumerNames = () =>
  manage(async (manager) => {
    const names: string[] = [];
    for await (const { name } of manager.consumers.list('qa')) names.push(name);
    return names;
  });

/** What is sent to a subject from now on, up to its end. */
async function subjectsOf(subject: string) {
  const conn = await server.connect();
  const bodies: string[] = [];
  conn.subscribe(subject, { callback: (_, msg) => void bodies.push(msg.string()) });
  await conn.flush();
  return {
    async end(): Promise<string[]> {
      await conn.flush();
      await conn.close();
      return bodies;
    },
  };
}

async function pullRequests() {
  const requests = await subjectsOf('$JS.API.CONSUMER.MSG.NEXT.>');
  return { end: async () => (await requests.end()).map((body) => JSON.parse(body) as PullRequest) };
}

function sequences(deliveries: readonly Delivery[]): number[] {
  return deliveries.map(({ seq }) => seq);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
