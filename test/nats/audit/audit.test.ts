import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  auditConsumer,
  auditStream,
  type StoredRowSink,
  type StreamAudit,
} from '../../../src/nats/audit/audit.ts';
import { ExpectedSequences, Progress } from '../../../src/nats/audit/reading.ts';
import type { Connection } from '../../../src/nats/connect.ts';
import { bodyOf } from '../../../src/support/message-body.ts';
import { digestInto } from '../../../src/support/digest.ts';
import { readThrough } from '../../../src/nats/audit/read-through.ts';
import { until } from '../../../src/support/deadline.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';

/** One message that was read back. */
interface Stored {
  seq: number;
  subject: string;
  id: string | null;
  digest: string;
}

const RUN = { runId: 'run', publishers: ['p'] };

let server: TestServer;
let conn: Connection;

beforeAll(async () => {
  server = await startNatsServer();
  conn = await server.connect();
});
afterAll(async () => {
  await conn.close();
  await server.dispose();
});

test('a stream is read back to its end: sequence, subject, identity and digest', async () => {
  await fill('whole', 500);
  const { stored, audit } = await read('c/whole');
  expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
  const digest: [number, number] = [0, 0];
  digestInto(digest, bodyOf('run/p/7', 100));
  expect(stored[6]).toEqual({
    seq: 7,
    subject: 'whole.x',
    id: 'run/p/7',
    digest: digest.join(),
  });
  expect(audit).toEqual({
    type: 'stream-audit',
    stream: 'c/whole',
    complete: true,
    messages: 500,
    firstSeq: 1,
    lastSeq: 500,
    mayExpire: false,
    mayHaveGaps: false,
  });
});

test('deleted messages are absent, and the audit complete all the same', async () => {
  const manager = await fill('holed', 10);
  await manager.streams.deleteMessage('holed', 4);
  await manager.streams.deleteMessage('holed', 1);
  const { stored, audit } = await read('c/holed');
  expect(stored.map(({ seq }) => seq)).toEqual([2, 3, 5, 6, 7, 8, 9, 10]);
  expect(audit).toMatchObject({ complete: true, messages: 8, firstSeq: 2, lastSeq: 10 });
});

test('an empty stream, and a purged one, are complete', async () => {
  const manager = await fill('empty', 0);
  expect((await read('c/empty')).audit).toMatchObject({ complete: true, messages: 0, lastSeq: 0 });
  await fill('purged', 5);
  await manager.streams.purge('purged');
  expect((await read('c/purged')).audit).toMatchObject({ complete: true, messages: 0, lastSeq: 5 });
});

test('a work queue keeps what it holds, and no consumer is left behind', async () => {
  const manager = await fill('queue', 20, { retention: 'workqueue' });
  await manager.consumers.add('queue', { durable_name: 'worker', ack_policy: 'explicit' });
  const { stored, audit } = await read('c/queue');
  expect(stored).toHaveLength(20);
  expect(audit).toMatchObject({ complete: true, mayExpire: true });
  const info = await manager.streams.info('queue');
  expect(info.state).toMatchObject({ messages: 20, consumer_count: 1 });
});

test('a mirror is read like its origin', async () => {
  const manager = await fill('origin', 30);
  await manager.streams.add({ name: 'copy', mirror: { name: 'origin' } });
  await until(async () => (await manager.streams.info('copy')).state.messages === 30, {
    timeoutMs: 60_000,
    what: 'the mirror',
  });
  const { stored, audit } = await read('c/copy', 'c/origin');
  expect(stored.map(({ seq, digest }) => [seq, digest])).toEqual(
    (await read('c/origin')).stored.map(({ seq, digest }) => [seq, digest]),
  );
  expect(audit).toMatchObject({ complete: true, mirrorOf: 'c/origin' });
});

test('a message has its time and its headers, however it is read', async () => {
  await fill('headed', 3);
  const more = headers();
  more.append('B', 'two');
  more.append('A', 'first');
  more.append('A', 'second ');
  await jetstream(conn).publish('headed.x', 'hello', { headers: more });
  const readBy = async (readOnly: boolean): Promise<unknown[]> => {
    const rows: unknown[] = [];
    const log: StoredRowSink = { append: (...row) => rows.push(row.slice(5)) };
    const options = { ...RUN, address: 'c/headed', stalledAfterMs: 60_000, readOnly };
    expect(await auditStream(conn, options, log)).toMatchObject({ complete: true });
    return rows;
  };
  const rows = await readBy(false);
  expect(await readBy(true)).toEqual(rows);
  const now = Date.now() * 1000;
  for (const [time] of rows as number[][]) expect(Math.abs(now - time!)).toBeLessThan(600e6);
  expect((rows as number[][]).map(([, digest]) => digest! > 0)).toEqual([false, false, false, true]);
});

test('messages of others and of other runs have no identity', async () => {
  await fill('mixed', 0);
  const js = jetstream(conn);
  for (const body of ['hello', '', 'other/p/1\npad', 'run/p/x\npad', 'run/p/1'])
    await js.publish('mixed.x', body);
  expect((await read('c/mixed')).stored.map(({ id }) => id)).toEqual([null, null, null, null, null]);
});

test.each([
  [{ max_age: 60e9 }, true],
  [{ max_msgs: 100, discard: 'old' as const }, true],
  [{ max_msgs: 100, discard: 'new' as const }, false],
  [{ max_msgs_per_subject: 100 }, true],
])('whether %j may remove messages: %s', async (config, expected) => {
  await fill(`limits${JSON.stringify(config).replace(/\W/g, '')}`, 1, config);
  const name = `limits${JSON.stringify(config).replace(/\W/g, '')}`;
  expect((await read(`c/${name}`)).audit.mayExpire).toBe(expected);
});

test('a stream that the servers do not know is gone, which is a whole reading', async () => {
  const { stored, audit } = await read('c/nowhere');
  expect(stored).toEqual([]);
  expect(audit).toMatchObject({ complete: true, gone: true, messages: 0 });
  expect(audit.error).toMatch(/stream not found/);
});

test('a consumer says how far it is', async () => {
  const manager = await fill('consumed', 10);
  await manager.consumers.add('consumed', { durable_name: 'worker', ack_policy: 'explicit' });
  const consumer = await jetstream(conn).consumers.get('consumed', 'worker');
  for await (const message of await consumer.fetch({ max_messages: 4 })) {
    if (message.seq !== 4) await message.ackAck();
  }
  expect(await auditConsumer(conn, { address: 'c/consumed/worker', timeoutMs: 60_000 })).toEqual({
    type: 'consumer-audit',
    consumer: 'c/consumed/worker',
    complete: true,
    ackFloor: 3,
    delivered: 4,
    pending: 6,
    ackPending: 1,
    settings: { deliver: 'all', filters: [] },
  });
  const missing = await auditConsumer(conn, { address: 'c/consumed/nobody', timeoutMs: 60_000 });
  expect(missing).toMatchObject({ complete: false });
  expect(missing.error).toMatch(/consumer not found/);
});

test('what the reading consumer leaves out is asked of the leader, in its place', async () => {
  const manager = await fill('gaps', 8);
  for (const seq of [3, 4, 8]) await manager.streams.deleteMessage('gaps', seq);
  const read: [number, boolean][] = [];
  const source = { conn, stream: 'gaps', progress: new Progress(60_000) };
  await readThrough(source, new ExpectedSequences(1, 9, [6]), {
    found: (seq) => read.push([seq, true]),
    missing: (seq) => read.push([seq, false]),
  });
  const there = [1, 2, 5, 7];
  expect(read).toEqual([1, 2, 3, 4, 5, 7, 8, 9].map((seq) => [seq, there.includes(seq)]));
  expect((await manager.streams.info('gaps')).state.consumer_count).toBe(0);
});

test('a message that the stream counts, and does not give out, is a hole: the audit is complete without it', async () => {
  const own = await startNatsServer();
  try {
    const before = await own.connect();
    await fill('damaged', 300, {}, before);
    await before.close();
    await own.stop();
    await damagePayload(own.store);
    await own.start();
    const after = await own.connect();
    const seqs: number[] = [];
    const options = { ...RUN, address: 'c/damaged', stalledAfterMs: 60_000 };
    const audit = await auditStream(after, options, { append: (seq) => void seqs.push(seq) });
    await after.close();
    expect(audit).toMatchObject({ complete: true, messages: 300, lastSeq: 300, withheld: 1 });
    expect(audit.error).toMatch(/^it claims to hold sequence \d+ and does not give it out \(1 such\)$/);
    expect(seqs).toHaveLength(299);
  } finally {
    await own.dispose();
  }
});

/** Flips one bit of the content of a message in the middle of the only block. */
async function damagePayload(store: string): Promise<void> {
  const files = await readdir(store, { recursive: true });
  const found = files.find((file) => file.includes('damaged') && file.endsWith('.blk'));
  if (found === undefined) throw new Error('there is no block');
  const block = join(store, found);
  const bytes = await readFile(block);
  const at = bytes.indexOf('run/p/150');
  bytes[at + 1]! ^= 1;
  await writeFile(block, bytes);
}

test('a server that does not answer makes the audit incomplete when its time is up', async () => {
  const own = await startNatsServer();
  const connection = await own.connect();
  try {
    await fill('frozen', 2000, { retention: 'workqueue' }, connection);
    const options = { ...RUN, address: 'c/frozen', stalledAfterMs: 6000 };
    const audit = await auditStream(connection, options, { append: () => void own.freeze() });
    expect(audit).toMatchObject({ type: 'stream-audit', complete: false, messages: 2000 });
    expect(audit.error).toMatch(/not read in time/);
  } finally {
    own.thaw();
    await connection.close();
    await own.dispose();
  }
});

test('an interrupt ends the audit', async () => {
  await fill('interrupted', 500);
  const abort = new AbortController();
  const options = { ...RUN, address: 'c/interrupted', stalledAfterMs: 60_000, signal: abort.signal };
  let count = 0;
  const log = {
    append: () => {
      count += 1;
      abort.abort();
    },
  };
  expect(await auditStream(conn, options, log)).toMatchObject({ type: 'stream-audit', complete: false });
  expect(count).toBe(1);
});

async function fill(name: string, count: number, config: Partial<StreamConfig> = {}, connection = conn) {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name, subjects: [`${name}.>`], ...config });
  const js = jetstream(connection);
  for (let from = 1; from <= count; from += 1) await js.publish(`${name}.x`, bodyOf(`run/p/${from}`, 100));
  return manager;
}

async function read(address: string, mirrorOf?: string): Promise<{ stored: Stored[]; audit: StreamAudit }> {
  const stored: Stored[] = [];
  const log: StoredRowSink = {
    append: (seq, subject, by, n, digest) => {
      stored.push({ seq, subject, id: by === 0 ? `run/p/${n}` : null, digest: digest.join() });
    },
  };
  const options = {
    ...RUN,
    address,
    stalledAfterMs: 60_000,
    ...(mirrorOf === undefined ? {} : { mirrorOf }),
  };
  return { stored, audit: await auditStream(conn, options, log) };
}
