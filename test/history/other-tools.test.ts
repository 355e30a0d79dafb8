import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRun } from '../../src/cli/history/open-run.ts';
import { exportParquet } from '../../src/cli/history/parquet.ts';
import { CONFIRMED, DELIVERED } from '../../src/history/delivery-log.ts';
import { eventsPath, operationsPath } from '../../src/history/paths.ts';
import { ACKNOWLEDGED } from '../../src/history/publish-log.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';
import { DELIVERIES, KV, PUBLISHES, STORED } from '../../src/history/tables/table.ts';
import { writeReport } from '../cli/history/made-run.ts';
import { HISTORY_READERS, Python } from '../support/python.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';

const PAGE = readFileSync('docs/history.md', 'utf8');
const PROGRAMS = blocks('python');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-tools-'));
  const recorder = new HistoryRecorder(folder, (thrown) => {
    throw thrown;
  });
  recorder.append({ type: 'publishers', names: ['publish'] });
  const published = recorder.publishes('publish');
  const silent = published.codeOf({ outcome: 'unknown', attempts: 1, error: 'no "answer"' });
  const delivered = recorder.deliveries('consume');
  const shared = recorder.deliveries('shared', 3);
  const stored = recorder.stored('qa1a/qa');
  for (let n = 1; n <= 20_000; n += 1) {
    // The fourth has no answer; the fifth is acknowledged and is not stored.
    published.append(n, n / 10, 0.25, 1.5, n === 4 ? 0 : n, n === 4 ? silent : ACKNOWLEDGED);
    delivered.append(n / 10 + 1, n, 0, n, 1, n === 6 ? 0 : 0.5, n === 6 ? DELIVERED : CONFIRMED);
    shared.append(n / 10 + 1, n, 0, n, 1, 0.5, CONFIRMED, n % 3);
    if (n !== 5) stored.append(n, 's.x', 0, n, [n, n]);
  }
  recorder.close();
  writeReport(folder, {
    workloads: {
      publish: { kind: 'publish', target: 'qa1a/qa' },
      consume: { kind: 'consume', target: 'qa1a/qa/worker' },
    },
    streams: [{ address: 'qa1a/qa' }],
    checks: [],
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(isLeftOut('python'))('in Python, as the page says', () => {
  let python: Python;
  beforeAll(() => {
    python = new Python(HISTORY_READERS);
  }, 300_000);

  it('pyarrow opens a history, and one that ends in the middle of a batch up to there', () => {
    const program = PROGRAMS.find((text) => text.includes('import pyarrow'))!;
    expect(python.run(program, folder)).toBe('20000 messages, 19999 acknowledged, the last at 2000.0 ms\n');
    truncateSync(operationsPath(folder, 'publish'), statSync(operationsPath(folder, 'publish')).size - 100);
    appendFileSync(eventsPath(folder), '{"type":"stream-au');
    expect(python.run(program, folder)).toBe('16384 messages, 16383 acknowledged, the last at 1638.4 ms\n');
  });

  it('polars opens a history', () => {
    const program = PROGRAMS.find((text) => text.includes('import polars'))!;
    expect(python.run(program, folder)).toMatch(/20000[^]*19999 messages stored, 19999 different ones/);
  });

  it('each column has the type that the page says', () => {
    const { member, ...alone } = DELIVERIES;
    expect(member).toBe('u8');
    const tables = { publish: PUBLISHES, consume: alone, shared: DELIVERIES, 'stored/qa1a.qa': STORED };
    for (const [name, table] of Object.entries(tables)) {
      const program = `import pyarrow as pa\nfor f in pa.ipc.open_stream("history/${name}.arrow").schema: print(f.name, f.type, f.nullable)`;
      const types = { u8: 'uint8', u16: 'uint16', u32: 'uint32', f64: 'double', sequence: 'uint32' };
      const lines = Object.entries(table).map(([column, type]) => `${column} ${types[type]} False\n`);
      expect(python.run(program, folder)).toBe(lines.join(''));
    }
  });
});

it('DuckDB answers the questions of the page from the export', async () => {
  const run = await openRun(folder, folder);
  expect([...exportParquet(run, join(folder, 'parquet'))].map(({ rows }) => rows)).toEqual([
    20_000, 20_000, 19_999,
  ]);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SET file_search_path = '${folder}'`);
  const [first, second, ...none] = blocks('sql')
    .join('')
    .split(';')
    .filter((text) => text.trim() !== '');
  expect(none).toEqual([]);
  const ask = async (sql = ''): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRowsJS();
  expect((await ask(first)).map(([, outcome, messages, p99]) => [outcome, messages, p99])).toEqual(
    expect.arrayContaining([
      ['ok', expect.any(BigInt), 1.75],
      ['unknown', 1n, 1.75],
    ]),
  );
  expect(await ask(second)).toEqual([['publish', 5n, 5n]]);
  connection.closeSync();
});

it('the page has every column of every table, and every type of event', () => {
  for (const column of [PUBLISHES, DELIVERIES, KV, STORED].flatMap((table) => Object.keys(table)))
    expect(PAGE).toMatch(new RegExp(`^\\| .*\`${column}\`.* \\| (UInt|Float)`, 'm'));
  const source = readFileSync('src/history/events.ts', 'utf8');
  const rare = /export type RareEvent =([^;]*);/.exec(source)?.[1] ?? '';
  const types = [...rare.matchAll(/(\w+)Event/g)].map(([, name = '']) =>
    name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase(),
  );
  expect(types.length).toBeGreaterThanOrEqual(8);
  for (const type of types) expect(PAGE).toContain(`| \`${type}\` |`);
  expect(existsSync('docs/history.md')).toBe(true);
});

it('the rows take as many bytes as the page says', () => {
  for (const [name, rows, bytes] of [
    ['publish', 20_000, 23],
    ['consume', 20_000, 23],
    ['shared', 20_000, 24],
    ['stored/qa1a.qa', 19_999, 33],
  ] as const) {
    const { size } = statSync(join(folder, 'history', `${name}.arrow`));
    // Two batches, and the schema.
    expect(size).toBeGreaterThan(rows * bytes);
    expect(size).toBeLessThan(rows * bytes + 4096);
  }
});

function blocks(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
}
