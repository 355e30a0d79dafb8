import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { historyCommand } from '../../../src/cli/commands/history.ts';
import { HistoryRecorder } from '../../../src/history/recorder.ts';
import { ACKNOWLEDGED } from '../../../src/history/publish-log.ts';
import { CONFIRMED } from '../../../src/history/delivery-log.ts';
import { FOREIGN } from '../../../src/history/tables/table.ts';
import { said } from './lines.ts';
import { writeReport } from './made-run.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-parquet-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** More than one group of rows, so that groups are joined too. */
const COUNT = 100_001;

it('exports every row, with nothing to decode', async () => {
  const folder = join(out, 'run');
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  recorder.append({ type: 'publishers', names: ['p'] });
  const published = recorder.publishes('p');
  const refused = published.codeOf({
    outcome: 'failed',
    attempts: 2,
    error: 'no "space"',
    crossedReconnect: true,
  });
  const delivered = recorder.deliveries('c');
  const stored = recorder.stored('a/s');
  for (let n = 1; n <= COUNT; n += 1) {
    published.append(n, n / 4, 0.25, 1.5, n === 7 ? 0 : 2 ** 33 + n, n === 7 ? refused : ACKNOWLEDGED);
    delivered.append(n, 2 ** 33 + n, n === 9 ? FOREIGN : 0, n === 9 ? 0 : n, 1, 0.125, CONFIRMED);
    stored.append(2 ** 33 + n, `s.${n % 3}`, 0, n, [n, 2 ** 32 - 1]);
  }
  recorder.close();
  writeReport(folder, {
    workloads: { p: { kind: 'publish', target: 'a/s' }, c: { kind: 'consume', target: 'a/s/worker' } },
    streams: [{ address: 'a/s' }],
    checks: [],
  });
  const { code, out: text } = await said(() => historyCommand('run', { out, parquet: true }));
  expect(code).toBe(0);
  expect(text.match(/: 100,001 rows/g)).toHaveLength(3);

  const read = async (name: string): Promise<Record<string, unknown>[]> => {
    const file = await asyncBufferFromFile(join(folder, 'parquet', name));
    return parquetReadObjects({ file });
  };
  const publishes = await read('publishes/p.parquet');
  expect(publishes).toHaveLength(COUNT);
  const row = { workload: 'p', stream: 'a/s', phase: null, late_us: 250n, latency_us: 1750n };
  expect(publishes[6]).toEqual({
    ...row,
    ...{ n: 7n, t_ms: 1.75, outcome: 'failed', seq: null, attempts: 2 },
    note: 'no "space"; sent over a connection that was lost',
  });
  expect(publishes[COUNT - 1]).toEqual({
    ...row,
    ...{
      n: BigInt(COUNT),
      t_ms: COUNT / 4,
      outcome: 'ok',
      seq: BigInt(2 ** 33 + COUNT),
      attempts: 1,
      note: null,
    },
    phase: expect.toSatisfy((phase) => phase === null || typeof phase === 'string') as unknown,
  });
  const deliveries = await read('deliveries/c.parquet');
  expect(deliveries).toHaveLength(COUNT);
  expect(deliveries[8]).toMatchObject({ publisher: null, n: null, seq: BigInt(2 ** 33 + 9), acked_us: 125n });
  expect(deliveries[9]).toMatchObject({ publisher: 'p', n: 10n, deliveries: 1, outcome: 'ok' });
  const messages = await read('stored.parquet');
  expect(messages).toHaveLength(COUNT);
  expect(messages[10]).toEqual({
    ...{ stream: 'a/s', seq: BigInt(2 ** 33 + 11), publisher: 'p', n: 11n, subject: 's.2' },
    digest: '0000000bffffffff',
  });
});
