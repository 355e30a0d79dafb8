import { mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyCommand, type HistoryOptions } from '../../../src/cli/commands/history.ts';
import type { HistoryEvent } from '../../../src/history/events.ts';
import { operationsPath } from '../../../src/history/paths.ts';
import { said } from './lines.ts';
import { makeRun, writeReport, type MadeRun } from './made-run.ts';

const RUN: MadeRun = {
  workloads: {
    p: { kind: 'publish', target: 'a/s' },
    c: { kind: 'consume', target: 'a/s/worker' },
    m: { kind: 'consume', target: 'b/mirror/worker' },
  },
  streams: [{ address: 'a/s' }, { address: 'b/mirror', mirrorOf: 'a/s' }],
  checks: [],
};

/** Ten messages; the fourth is missing in the mirror, the fifth unanswered, the sixth delivered twice to c. */
const EVENTS: HistoryEvent[] = Array.from({ length: 10 }, (_, at) => at + 1).flatMap((n): HistoryEvent[] => {
  const t = n * 1000;
  const id = `testrun1/p/${n}`;
  const answered = n === 5 ? { outcome: 'unknown' as const, endedAt: t + 6000, error: 'timeout' } : null;
  const publish = { type: 'publish' as const, t, workload: 'p', stream: 'a/s', n, id, attempts: 1 };
  const deliver = (workload: string, consumer: string, deliveries: number): HistoryEvent[] => [
    { type: 'deliver', t: t + 10 * deliveries, workload, consumer, seq: n, id, deliveries },
    { type: 'ack', t: t + 10 * deliveries + 2, workload, consumer, seq: n, outcome: 'ok' },
  ];
  return [
    { ...publish, ...(answered ?? { outcome: 'ok', seq: n, latencyMs: 1.25 }) },
    ...deliver('c', 'a/s/worker', 1),
    ...(n === 6 ? deliver('c', 'a/s/worker', 2) : []),
    ...(n === 4 ? [] : deliver('m', 'b/mirror/worker', 1)),
  ];
});
// The fifth is answered last of all, and written then.
EVENTS.push(
  ...EVENTS.splice(
    EVENTS.findIndex((event) => event.type === 'publish' && event.n === 5),
    1,
  ),
);
const STORED = ['a/s', 'b/mirror'].flatMap((stream): HistoryEvent[] => [
  ...Array.from({ length: 10 }, (_, at): HistoryEvent => {
    const id = `testrun1/p/${at + 1}`;
    return { type: 'stored', stream, seq: at + 1, subject: 's.x', id, digest: id };
  }).filter((event) => stream === 'a/s' || (event.type === 'stored' && event.seq !== 4)),
  {
    type: 'stream-audit',
    stream,
    complete: true,
    messages: stream === 'a/s' ? 10 : 9,
    firstSeq: 1,
    lastSeq: 10,
    mayExpire: false,
    ...(stream === 'a/s' ? {} : { mirrorOf: 'a/s' }),
  },
]);

let out: string;
let folder: string;
beforeEach(() => {
  out = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-history-'));
  folder = join(out, 'run');
  makeRun(folder, [...EVENTS, ...STORED], RUN);
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

const ask = (options: Partial<HistoryOptions>, word = 'run') =>
  said(() => historyCommand(word, { out, ...options }));
const json = async (options: Partial<HistoryOptions>, word = 'run') =>
  (await ask({ ...options, json: true }, word)).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('chaos history', () => {
  it('shows all operations in the order in which their outcomes were known', async () => {
    const rows = await json({});
    expect(rows).toHaveLength(10 + 11 + 9);
    const ends = rows.map(({ t, latency, late }) => Number(t) + Number(latency ?? 0) - Number(late ?? 0));
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    // An acknowledgement in a row of its own belongs to its delivery.
    expect(rows.filter(({ op }) => op === 'deliver').every(({ outcome }) => outcome === 'ok')).toBe(true);
    const { code, out: table } = await ask({ limit: 3 });
    expect(code).toBe(0);
    expect(table.split('\n')[0]).toMatch(/^t +workload +op +message +seq +outcome +latency/);
    expect(table).toMatch(/^1\.000 s +p +publish +p\/1 +1 +ok +1\.25 ms/m);
    expect(table.trimEnd().split('\n')).toHaveLength(4);
  });

  it('says that there is more than it shows', async () => {
    expect((await ask({ limit: 3 })).err).toMatch(/only the first 3 operations: --limit shows more/);
    expect((await ask({ limit: 30 })).err).toBe('');
  });

  it.each([
    ['outcome != ok', ['p/5']],
    ['latency > 1s', ['p/5']],
    ['op = publish and t > 8s', ['p/9', 'p/10']],
    ['deliveries > 1', ['p/6']],
    ['note ~ timeout', ['p/5']],
    ['workload = m and seq <= 2', ['p/1', 'p/2']],
    ['message = "p/7" and op = "publish"', ['p/7']],
    ['latency >= 1.25ms and op = publish and seq = 1', ['p/1']],
    ['latency > 1.25ms and op = publish and seq = 1', []],
    // An empty cell satisfies nothing.
    ['attempts != 1', []],
  ])('chooses where %s', async (where, messages) => {
    expect((await json({ where })).map(({ publisher, n }) => `${String(publisher)}/${String(n)}`)).toEqual(
      messages,
    );
  });

  it.each([
    ['outcme = ok', 1, /"outcme" is no column; did you mean "outcome"\?/],
    ['outcome is ok', 9, /found "is"; expected =, != or ~/],
    ['outcome = okay', 11, /found "okay"; expected ok, failed, unknown, none/],
    ['latency > 1', 11, /found "1" for latency; expected a duration with its unit/],
    ['seq ~ 1', 5, /found "~"; expected = != < <= > >=/],
    ['seq > x', 7, /found "x" for seq; expected a number/],
    ['seq > 1 or seq < 3', 9, /found "or"; expected "and", or the end/],
    ['seq > 1 and', 12, /it ends where a column is expected/],
    ['seq >', 6, /it ends where a value is expected/],
    ['', 1, /it ends where a column is expected/],
    ['note = "x', 8, /this quotation does not end/],
  ])('points at what is wrong in: %s', async (where, column, message) => {
    const error = await ask({ where }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(message) as string });
    const [head, line, carets] = (error as Error).message.split('\n');
    expect(head).toMatch(new RegExp(`^--where:${column}: `));
    expect(line).toBe(`  ${where}`);
    expect(carets?.indexOf('^')).toBe(column + 1);
  });

  it('shows the life of the message at a sequence, where it is missing, and its neighbours', async () => {
    const lines = await json({ around: '4' });
    expect(lines.filter(({ type }) => type !== 'neighbour')).toMatchObject([
      { type: 'published', message: 'p/4', seq: 4, outcome: 'ok', attempts: 1, latency: 1.25 },
      { type: 'stored', stream: 'a/s', seq: 4, subject: 's.x' },
      { type: 'not-stored', where: 'b/mirror', why: 'the stream was read to its end (9 messages, 1 to 10)' },
      { type: 'delivered', workload: 'c', seq: 4, outcome: 'ok', deliveries: 1 },
      { type: 'not-delivered', where: 'm' },
    ]);
    expect(lines.filter(({ type }) => type === 'neighbour')).toEqual(
      [2, 3, 4, 5, 6].map((seq) => ({
        type: 'neighbour',
        stream: 'a/s',
        seq,
        stored: `p/${seq}`,
        published: seq === 5 ? null : `p/${seq}`,
        deliveries: { c: seq === 6 ? 2 : 1 },
      })),
    );
    const { out: text } = await ask({ around: '4' });
    expect(text).toMatch(/^message p\/4$/m);
    expect(text).toMatch(
      /published +a\/s by p +4 +ok +sent when it was due, known after 1\.25 ms, 1 attempt/,
    );
    expect(text).toMatch(/not stored +b\/mirror/);
    expect(text).toMatch(/^beside it in a\/s$/m);
  });

  it('finds a message without a sequence by its identity, with its run or not', async () => {
    for (const around of ['p/5', 'testrun1/p/5'])
      expect(await json({ around })).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'published', outcome: 'unknown', seq: null, note: 'timeout' }),
          expect.objectContaining({ type: 'stored', stream: 'b/mirror', seq: 5 }),
        ]),
      );
  });

  it('refuses what is not there by its name', async () => {
    await expect(ask({ around: '11' })).rejects.toThrow(/no message 11 was published, stored or delivered/);
    await expect(ask({ workload: ['pp'] })).rejects.toThrow(/has no workload "pp"/);
    await expect(ask({}, 'nope')).rejects.toThrow(/there is no run "nope"/);
    await expect(ask({ around: '4', where: 'seq = 4' })).rejects.toThrow(/--around and --where exclude/);
  });

  it('reads the history of an earlier version', async () => {
    const old = join(out, 'old');
    makeRun(old, [], RUN);
    rmSync(join(old, 'history'), { recursive: true });
    const lines = [...EVENTS, ...STORED].map((event) => JSON.stringify(event));
    writeFileSync(join(old, 'history.ndjson'), `${lines.join('\n')}\n`);
    const key = (row: Record<string, unknown>): string => JSON.stringify(row);
    expect((await json({}, 'old')).map(key).sort()).toEqual((await json({})).map(key).sort());
    expect(await json({ around: '4' }, 'old')).toEqual(await json({ around: '4' }));
  });

  it('reads what is left of a run that was killed, and says where it ends', async () => {
    rmSync(join(folder, 'report.json'));
    writeFileSync(join(folder, 'journal.ndjson'), '');
    const path = operationsPath(folder, 'p');
    truncateSync(path, 600);
    const { code, err } = await ask({ workload: ['c'] }).catch(() => ({ code: -1, err: '' }));
    // Without a report, and without a word of the run itself, no workload is known.
    expect([code, err]).toEqual([-1, '']);
    writeReport(folder, RUN);
    expect((await ask({ workload: ['p'] })).err).toMatch(/the history ends in the middle of something/);
  });
});
