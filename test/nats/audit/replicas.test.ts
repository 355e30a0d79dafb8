import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { auditReplicas, auditStream, type StreamAudit } from '../../../src/nats/audit/audit.ts';
import type { Connection } from '../../../src/nats/connect.ts';
import { startNatsCluster, type TestCluster } from '../../support/nats-cluster.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let cluster: TestCluster;
let conn: Connection;

beforeAll(async () => {
  cluster = await startNatsCluster();
  conn = await cluster.connect();
});
afterAll(async () => {
  await conn.close();
  await cluster.dispose();
});

async function leaderOf(stream: string): Promise<string | undefined> {
  return (await (await jetstreamManager(conn)).streams.info(stream)).cluster?.leader;
}

async function fill(stream: string, count: number): Promise<void> {
  const manager = await jetstreamManager(conn);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`], num_replicas: 3 });
  const js = jetstream(conn);
  const publish = (n: number) => js.publish(`${stream}.${n % 7}`, `message ${n}`, { timeout: 30_000 });
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: Math.min(500, count - from) }, (_, n) => publish(from + n)));
  await manager.streams.deleteMessage(stream, 7);
}

/** Reads a stream and each of its replicas. */
async function read(stream: string, over: { leaderStays?: boolean } = {}) {
  const options = { address: `c/${stream}`, runId: 'r', publishers: [], stalledAfterMs: 60_000, ...over };
  const rows = new Map<string, string[]>();
  const logOf = (address: string) => {
    const list: string[] = [];
    rows.set(address, list);
    return { append: (...row: unknown[]) => void list.push(JSON.stringify(row)) };
  };
  const whole = await auditStream(conn, options, logOf(options.address));
  const replicas: StreamAudit[] = [];
  for await (const audit of auditReplicas(conn, options, logOf)) replicas.push(audit);
  return { whole, replicas, rows };
}

// One by one, and through a consumer on the node.
it.each([
  ['few', 30],
  ['many', 6_000],
])('each replica of a stream of %s messages is read as a whole, the leader first', async (stream, count) => {
  await fill(stream, count);
  const first = await leaderOf(stream);
  const { whole, replicas, rows } = await read(stream);
  expect(whole).toMatchObject({ complete: true, messages: count - 1 });
  expect(replicas.map(({ complete, error }) => ({ complete, error }))).toEqual(
    replicas.map(() => ({ complete: true, error: undefined })),
  );
  expect(replicas[0]?.stream).toBe(`c/${stream}@${first ?? ''}`);
  expect(replicas.map((one) => one.stream).sort()).toEqual(['n0', 'n1', 'n2'].map((n) => `c/${stream}@${n}`));
  const stored = rows.get(`c/${stream}`);
  expect(stored).toHaveLength(count - 1);
  for (const { stream: replica } of replicas) expect(rows.get(replica)).toEqual(stored);
  const manager = await jetstreamManager(conn);
  expect((await manager.streams.info(stream)).state.consumer_count).toBe(0);
});

it('the leader leads again where it has to', async () => {
  await fill('kept', 10);
  const before = await leaderOf('kept');
  const { replicas } = await read('kept', { leaderStays: true });
  expect(replicas).toHaveLength(3);
  expect(await leaderOf('kept')).toBe(before);
});

it('a stream that is known to be gone is not asked for once more', async () => {
  const asked = { address: 'c/none', runId: 'r', publishers: [], stalledAfterMs: 60_000 };
  const log = { append: () => undefined };
  expect(await auditStream(conn, { ...asked, isGone: true }, log)).toMatchObject({
    complete: true,
    gone: true,
  });
});
