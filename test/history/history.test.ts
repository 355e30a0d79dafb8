import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/history/events.ts';
import { historyOf, readHistory } from '../../src/history/reader.ts';
import { HistoryFile } from '../../src/history/writer.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nats-chaos-history-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const workloads = { p: { kind: 'publish', target: 'c/s' } };
const seq = fc.integer({ min: 1 });
const text = fc.string({ unit: 'binary' });
const anyEvent: fc.Arbitrary<HistoryEvent> = fc.oneof(
  fc.record({
    type: fc.constant('publish' as const),
    t: fc.double({ min: 0, max: 1e9, noNaN: true }),
    workload: text,
    stream: text,
    n: seq,
    id: text,
    outcome: fc.constantFrom('ok' as const, 'failed' as const, 'unknown' as const),
    attempts: seq,
    error: text,
  }),
  fc.record({
    type: fc.constant('stored' as const),
    stream: text,
    seq,
    subject: text,
    id: fc.option(text),
    digest: text,
  }),
  fc.record({
    type: fc.constant('workload' as const),
    t: seq,
    workload: text,
    mark: fc.constant('paused' as const),
  }),
);

test('what was written is read back, whatever it says', async () => {
  let file = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 50 }), async (events) => {
      const path = join(folder, `${file++}.ndjson`);
      const writer = new HistoryFile(path);
      for (const event of events) writer.append(event);
      writer.close();
      expect(await readHistory(path, workloads)).toEqual(
        historyOf(JSON.parse(JSON.stringify(events)) as HistoryEvent[], workloads),
      );
    }),
    { numRuns: 50 },
  );
});

test('more than a buffer full is written, and in order', async () => {
  const writer = new HistoryFile(join(folder, 'long.ndjson'));
  for (let n = 1; n <= 5000; n += 1) writer.append(stored(n));
  writer.close();
  const history = await readHistory(writer.path, workloads);
  expect(history.stored.map((event) => event.seq)).toEqual(Array.from({ length: 5000 }, (_, at) => at + 1));
});

test('a history torn anywhere in its last line is read up to there, and says so', async () => {
  const path = join(folder, 'whole.ndjson');
  const writer = new HistoryFile(path);
  for (let n = 1; n <= 3; n += 1) writer.append(stored(n));
  writer.close();
  const whole = readFileSync(path, 'utf8');
  const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
  for (let end = lastLine + 1; end < whole.length - 1; end += 1) {
    writeFileSync(path, whole.slice(0, end));
    const history = await readHistory(path, workloads);
    expect(history.stored.map((event) => event.seq)).toEqual([1, 2]);
    expect(history.torn).toBe(true);
  }
  writeFileSync(path, whole);
  expect((await readHistory(path, workloads)).torn).toBeUndefined();
});

test('a broken line that is not the last is an error that names it', async () => {
  const path = join(folder, 'broken.ndjson');
  writeFileSync(path, `${JSON.stringify(stored(1))}\n{"type":"sto\n`);
  appendFileSync(path, `${JSON.stringify(stored(2))}\n`);
  await expect(readHistory(path, workloads)).rejects.toThrow(/broken\.ndjson:2: not an event/);
});

test('after it is closed nothing is written any more', async () => {
  const writer = new HistoryFile(join(folder, 'closed.ndjson'));
  writer.append(stored(1));
  writer.close();
  writer.append(stored(2));
  writer.close();
  expect((await readHistory(writer.path, workloads)).stored).toHaveLength(1);
});

function stored(n: number): HistoryEvent {
  return {
    type: 'stored',
    stream: 'c/s',
    seq: n,
    subject: 's.ü',
    id: `run/p/${n}`,
    digest: '0123456789abcdef',
  };
}
