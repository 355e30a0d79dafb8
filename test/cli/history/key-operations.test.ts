import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyCommand, type HistoryOptions } from '../../../src/cli/commands/history.ts';
import { KV_DONE, KV_FOUND } from '../../../src/history/kv-log.ts';
import { ASSET_OPERATIONS } from '../../../src/history/operations.ts';
import { HistoryRecorder } from '../../../src/history/recorder.ts';
import { said } from './lines.ts';
import { writeReport } from './made-run.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-keys-'));
  const folder = join(out, 'run');
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  recorder.append({ type: 'publishers', names: ['kv', 'churn'] });
  const kv = recorder.kv('kv');
  const initial = kv.codeOf({ outcome: 'ok', initial: true });
  const refused = kv.codeOf({ outcome: 'failed', refused: 'revision', error: 'wrong last sequence' });
  const nothing = kv.codeOf({ outcome: 'ok', found: 'nothing' });
  const own = { by: 0, client: 0, latencyMs: 2 } as const;
  kv.append({ ...own, t: 10, op: 'put', path: 'leader', key: 'a', value: 1, revision: 1, status: initial });
  kv.append({ ...own, t: 20, op: 'get', path: 'replica', key: 'a', value: 1, revision: 1, status: KV_FOUND });
  kv.append({
    ...own,
    t: 30,
    op: 'create',
    path: 'leader',
    key: 'b',
    value: 2,
    revision: 2,
    status: KV_DONE,
  });
  const conflict = {
    op: 'update',
    path: 'leader',
    key: 'a',
    value: 3,
    expected: 9,
    status: refused,
  } as const;
  kv.append({ ...own, ...conflict, t: 40, lateMs: 8, client: 2 });
  kv.append({ t: 50, latencyMs: 2, client: 1, op: 'get', path: 'leader', key: 'c', status: nothing });
  const churn = recorder.operations('churn', ASSET_OPERATIONS);
  const times = { lateMs: 0, latencyMs: 3, client: 0, by: 1 };
  churn.append({ ...times, t: 60, op: 'create', key: 's-1', value: 1, status: { outcome: 'ok' } });
  const missing = { outcome: 'failed', refused: 'missing' } as const;
  churn.append({ ...times, t: 70, op: 'delete', key: 's-2', value: 2, status: missing });
  recorder.close();
  writeReport(folder, {
    workloads: {
      kv: { kind: 'kv', target: 'a/KV_b' },
      churn: { kind: 'assets', target: 'a' },
    },
    streams: [{ address: 'a/KV_b' }],
    checks: [],
  });
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const ask = (options: Partial<HistoryOptions>) => said(() => historyCommand('run', { out, ...options }));

describe('chaos history of operations on keys and names', () => {
  it('shows what was done with which key, at which revision, and why it was refused', async () => {
    const { out: table } = await ask({});
    expect(table.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      't | workload | client | op | key | message | revision | expected | outcome | latency | late | note',
      '10 ms | kv | 1 | put | a | kv/1 | 1 | ok | 2 ms | 0 ms | before the workload began',
      '20 ms | kv | 1 | get | a | kv/1 | 1 | ok | 2 ms | 0 ms | any replica may answer',
      '30 ms | kv | 1 | create | b | kv/2 | 2 | 0 | ok | 2 ms | 0 ms',
      '40 ms | kv | 3 | update | a | kv/3 | 9 | failed | 10 ms | 8 ms | refused: another revision was there; wrong last sequence',
      '50 ms | kv | 2 | get | c | ok | 2 ms | 0 ms | found nothing',
      '60 ms | churn | 1 | create | s-1 | churn/1 | ok | 3 ms | 0 ms',
      '70 ms | churn | 1 | delete | s-2 | churn/2 | failed | 3 ms | 0 ms | refused: it is not there',
      '',
    ]);
  });

  it.each([
    ['key = a and op != put', ['get', 'update']],
    ['revision >= 2', ['create']],
    ['expected > 0', ['update']],
    ['client > 1 and outcome = ok', ['get']],
    ['workload = churn and note ~ refused', ['delete']],
    // What is found nowhere was written by nobody.
    ['message = foreign', []],
  ])('chooses where %s', async (where, ops) => {
    const { out: text } = await ask({ where, json: true });
    const lines = text.split('\n').filter((line) => line !== '');
    expect(lines.map((line) => (JSON.parse(line) as { op: string }).op)).toEqual(ops);
  });

  it('exports them as Parquet, and no table of deliveries for them', async () => {
    const { out: text } = await ask({ parquet: join(out, 'parquet') });
    expect(text).not.toMatch(/deliveries/);
    const file = await asyncBufferFromFile(join(out, 'parquet', 'operations', 'kv.parquet'));
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(5);
    expect(rows[3]).toMatchObject({
      ...{ workload: 'kv', target: 'a/KV_b', client: 3, op: 'update', key: 'a', publisher: 'kv', n: 3n },
      ...{ late_us: 8000n, latency_us: 10_000n, outcome: 'failed', revision: null, expected: 9n },
    });
  });
});
