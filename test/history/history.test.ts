import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventsFile } from '../../src/history/events-file.ts';
import type { HistoryEvent, WorkloadEvent } from '../../src/history/events.ts';
import { eventsPath, legacyPath } from '../../src/history/paths.ts';
import { readHistory } from '../../src/history/read-folder.ts';
import { HistoryRecorder } from '../../src/history/recorder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nats-chaos-history-'));
  mkdirSync(dirname(eventsPath(folder)));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = () => readHistory(folder, 'run', {});
const mark = (t: number): WorkloadEvent => ({
  type: 'workload',
  t,
  workload: 'ü',
  mark: 'paused',
  note: '\n"',
});
const timesOf = async (): Promise<number[]> => (await read()).marks.map(({ t }) => t);

describe('rare events', () => {
  test('more than a buffer full is written, and in order, whoever else writes to the file', async () => {
    const [one, other] = [0, 1].map(() => new EventsFile(eventsPath(folder), rethrow));
    for (let n = 0; n < 5000; n += 1) (n % 2 === 0 ? one : other)?.append(mark(n));
    one?.close();
    other?.close();
    const { marks } = await read();
    const times = marks.map(({ t }) => t);
    const inOrder = (parity: number) => times.filter((t) => t % 2 === parity);
    for (const parity of [0, 1])
      expect(inOrder(parity)).toEqual(Array.from({ length: 2500 }, (_, at) => at * 2 + parity));
    expect(marks[0]).toEqual(mark(times[0] ?? -1));
  });

  test('a file torn anywhere in its last line is read up to there, and says so', async () => {
    const file = new EventsFile(eventsPath(folder), rethrow);
    for (let n = 1; n <= 3; n += 1) file.append(mark(n));
    file.close();
    const whole = readFileSync(eventsPath(folder), 'utf8');
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let end = lastLine + 1; end < whole.length - 1; end += 1) {
      writeFileSync(eventsPath(folder), whole.slice(0, end));
      expect(await timesOf()).toEqual([1, 2]);
      expect((await read()).torn).toBe(true);
    }
    writeFileSync(eventsPath(folder), whole);
    expect((await read()).torn).toBeUndefined();
  });

  test('a broken line that is not the last is an error that names it', async () => {
    writeFileSync(eventsPath(folder), `${JSON.stringify(mark(1))}\n{"type":"wor\n`);
    appendFileSync(eventsPath(folder), `${JSON.stringify(mark(2))}\n`);
    await expect(read()).rejects.toThrow(/events\.ndjson:2: not an event/);
  });

  test('after the file is closed nothing is written any more', async () => {
    const file = new EventsFile(eventsPath(folder), rethrow);
    file.append(mark(1));
    file.close();
    file.append(mark(2));
    expect(await timesOf()).toEqual([1]);
  });

  test.runIf(existsSync('/dev/full'))('the first write that fails is told, once, and is the last', () => {
    const told: unknown[] = [];
    const file = new EventsFile('/dev/full', (thrown) => told.push(thrown));
    for (let n = 1; n <= 5000; n += 1) file.append(mark(n));
    file.flush();
    file.close();
    expect(told).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
  });
});

test('a table that cannot be written is told once, with its path', () => {
  const told: unknown[] = [];
  const recorder = new HistoryRecorder(folder, (thrown) => told.push(thrown));
  const log = recorder.publishes('none/such');
  for (let n = 1; n <= 3; n += 1) {
    log.append(n, n, 0, 1, n, 0);
    recorder.flush();
  }
  recorder.close();
  expect(told).toEqual([
    expect.objectContaining({ code: 'ENOENT', path: expect.stringContaining('none/such.arrow') as string }),
  ]);
});

test('a run of an earlier version is read from its lines', async () => {
  const id = 'run/p/1';
  const events: HistoryEvent[] = [
    {
      type: 'publish',
      t: 1,
      workload: 'p',
      stream: 'c/s',
      n: 1,
      id,
      outcome: 'ok',
      seq: 5,
      latencyMs: 2,
      attempts: 2,
    },
    { type: 'deliver', t: 4, workload: 'w', consumer: 'c/s/w', seq: 5, id, deliveries: 1 },
    { type: 'ack', t: 6, workload: 'w', consumer: 'c/s/w', seq: 5, outcome: 'unknown', error: 'late' },
    { type: 'stored', stream: 'c/s', seq: 5, subject: 's.ü', id, digest: '0123456789abcdef' },
  ];
  writeFileSync(
    legacyPath(folder),
    `${events.map((event) => JSON.stringify(event)).join('\n')}\n{"type":"st`,
  );
  const history = await read();
  expect(history.torn).toBe(true);
  expect(history.workloads).toEqual({
    p: { kind: 'publish', target: 'c/s' },
    w: { kind: 'consume', target: 'c/s/w' },
  });
  const [published] = history.publishes('p');
  expect(history.publishStatuses('p')[published?.status[0] ?? 99]).toEqual({ outcome: 'ok', attempts: 2 });
  expect([published?.seq[0], published?.latency[0]]).toEqual([5, 2000]);
  const [delivered] = history.deliveries('w');
  expect([...(delivered?.status ?? [])].map((code) => history.deliveryStatuses('w')[code])).toEqual([
    { row: 'delivered' },
    { row: 'later', outcome: 'unknown', error: 'late' },
  ]);
  expect([...(delivered?.acked ?? [])]).toEqual([0, 2000]);
  const [stored] = history.stored('c/s');
  expect(history.identity(stored?.by[0] ?? 99, stored?.n[0] ?? 0)).toBe(id);
  expect(stored?.digest_low[0]).toBe(0x89abcdef);
});

function rethrow(thrown: unknown): void {
  throw thrown;
}
