import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { History } from '../../../src/history/history.ts';
import { KV_OPERATIONS, KV_PATHS } from '../../../src/history/kv-log.ts';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import { startNatsServer, type TestServer } from '../../support/nats-server.ts';
import { eventually, Harness } from '../harness.ts';

let server: TestServer;
let harness: Harness;

beforeEach(async () => {
  server = await startNatsServer();
  harness = new Harness(server);
  const conn = await server.connect('setup');
  const manager = await jetstreamManager(conn);
  await manager.streams.add({
    name: 'KV_b',
    subjects: ['$KV.b.>'],
    // The watcher misses nothing.
    max_msgs_per_subject: 64,
    allow_rollup_hdrs: true,
    allow_direct: true,
  });
  await conn.close();
});
afterEach(async () => {
  server.thaw();
  harness.abort.abort();
  await harness.stop();
  await server.dispose();
});

test('every operation is in the history, with what its client, and the watcher, saw', async () => {
  const operations = { get: 3, put: 2, create: 1, update: 3, delete: 1, purge: 1 };
  const workload = await harness.kv('p', { count: 400, rate: 2000, operations });
  await eventually(() => workload.progress().finished, '400 operations');
  await workload.stop();
  const rows = rowsOf(await harness.history());
  for (const op of KV_OPERATIONS) expect(new Set(rows.map((row) => row.op))).toContain(op);
  expect(rows.filter(({ status }) => status?.initial === true)).toHaveLength(5);
  expect(new Set(rows.filter(({ op }) => op === 'get').map(({ path }) => path))).toEqual(
    new Set(['replica']),
  );
  const written = rows.filter(({ op, status }) => op !== 'get' && op !== 'watch' && status?.outcome === 'ok');
  const values = new Map(written.map(({ revision, value }) => [revision, value]));
  // Nothing but this workload writes there: whatever is seen is of one of its writes, markers too.
  for (const { op, revision, value, by } of rows.filter(({ op }) => op === 'get' || op === 'watch'))
    expect([op, revision, by, value]).toEqual([op, revision, 0, values.get(revision)]);
  expect(Math.max(...rows.filter(({ op }) => op === 'watch').map(({ revision }) => revision))).toBe(
    Math.max(...values.keys()),
  );
  const refused = rows.filter(({ status }) => status?.refused === 'revision');
  expect(refused.length).toBeGreaterThan(0);
  for (const { op } of refused) expect(['create', 'update']).toContain(op);
  expect(workload.record()).toMatchObject({ kind: 'kv', failed: 0, unknown: 0 });
});

test('a single server is linearizable, from the leader and by direct get', async () => {
  for (const [name, reads] of [
    ['p', 'leader'],
    ['q', 'replica'],
  ] as const) {
    const workload = await harness.kv(name, { reads, count: 300, rate: 2000, keys: `${name}.{1..3}` });
    await eventually(() => workload.progress().finished, '300 operations');
    await workload.stop();
  }
  const history = await harness.history();
  const options = { workloads: ['p', 'q'], consistency: 'linearizable' };
  const [finding] = runChecks(history, [{ kind: 'kv-linearizable', options }]);
  // Nobody has read the stream back here, which alone keeps it from a pass.
  expect(finding).toMatchObject({
    verdict: 'inconclusive',
    statement: 'stream c/KV_b was not read back',
    examples: [],
  });
});

test('what has no answer is unknown, and not sent again; what a watcher was sent of it says its revision', async () => {
  const workload = await harness.kv('p', { clients: 2, operations: { put: 1 }, timeout: 200, rate: 200 });
  await server.freeze();
  await eventually(() => workload.progress().unknown >= 2, 'writes without an answer');
  server.thaw();
  const { done } = workload.progress();
  await eventually(() => workload.progress().done > done + 5, 'answers again');
  await workload.stop();
  const history = await harness.history();
  const options = { workloads: ['p'] };
  const [finding] = runChecks(history, [{ kind: 'kv-linearizable', options }]);
  // A frozen server carries out later what it was sent.
  expect(finding?.counts).toMatchObject({ unknownOpen: 0, unknownSeen: workload.progress().unknown });
});

test('it pauses, and goes on', async () => {
  const workload = await harness.kv('p', { rate: 500 });
  await eventually(() => workload.progress().done > 20, 'some operations');
  await workload.pause();
  const { done } = workload.progress();
  expect(workload.progress().paused).toBe(true);
  workload.resume();
  await eventually(() => workload.progress().done > done + 20, 'more operations');
});

test('a bucket without direct gets has no replica reads', async () => {
  const conn = await server.connect('setup');
  const manager = await jetstreamManager(conn);
  await manager.streams.update('KV_b', { allow_direct: false });
  await conn.close();
  await expect(harness.kv('p', { reads: 'replica' })).rejects.toThrow('c/b lets no replica answer reads');
});

function rowsOf(history: History) {
  const statuses = history.kvStatuses('p');
  const all = [];
  // A batch is valid until the next one is read.
  for (const rows of history.kv('p')) {
    for (let row = 0; row < rows.length; row++) {
      all.push({
        op: KV_OPERATIONS[rows.op[row] ?? 0],
        path: KV_PATHS[rows.path[row] ?? 0],
        by: rows.by[row],
        value: rows.value[row],
        revision: rows.revision[row] ?? 0,
        status: statuses[rows.status[row] ?? 0],
      });
    }
  }
  return all;
}
