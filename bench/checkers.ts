// How long all checks take over histories of 1, 3 and 10 million messages, and in how much memory: n publishes by four
// publishers, n messages read back from their stream and as many from its mirror, 2 n deliveries to two consumers. Each history is
// written by the real recorder, and judged in a process of its own. `node dist/bench/checkers.mjs [millions …]`
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from '../src/checkers/run-checks.ts';
import { CONFIRMED } from '../src/history/delivery-log.ts';
import type { History } from '../src/history/history.ts';
import { ACKNOWLEDGED } from '../src/history/publish-log.ts';
import { readHistory } from '../src/history/read-folder.ts';
import { HistoryRecorder } from '../src/history/recorder.ts';
import { digestInto } from '../src/support/digest.ts';
import { bodyOf, identityOf } from '../src/support/message-body.ts';
import { availabilityOf, unavailabilityIn } from '../src/verdict/unavailability.ts';

const RATE_PER_MS = 100;
const PUBLISHERS = 4;
const SIZE = 128;
const [STREAM, MIRROR] = ['a/qa', 'b/qa_mirror'];
const CONSUMERS = { c: 'a/qa/worker', m: 'b/qa_mirror/worker' };
const WORKLOADS: History['workloads'] = {
  p: { kind: 'publish', target: STREAM, publishers: PUBLISHERS, sends: { subject: 'qa.{x,y}', size: SIZE } },
  c: { kind: 'consume', target: CONSUMERS.c, receivesFrom: ['p'] },
  m: { kind: 'consume', target: CONSUMERS.m, receivesFrom: [] },
};
type Check = Parameters<typeof runChecks>[1][number];
const CHECKS: Check[] = [
  { kind: 'no-loss', options: { published: 'p', received: ['c', 'm'] } },
  { kind: 'no-duplicates', options: { received: ['c', 'm'] } },
  { kind: 'ordered', options: { received: ['c', 'm'] } },
  { kind: 'identical', options: { streams: [STREAM, MIRROR] } },
];
const RECEIVED = ['c', 'm'];
/** Each is measured by itself, and gathers its own evidence. */
const OTHERS: Check[] = [
  { kind: 'no-phantoms', options: { received: RECEIVED, foreign: true } },
  { kind: 'exactly-once', options: { published: 'p', received: RECEIVED } },
  { kind: 'intact', options: { streams: [MIRROR] } },
  { kind: 'gapless', options: { streams: [STREAM, MIRROR], received: RECEIVED } },
  { kind: 'starved', options: { received: RECEIVED } },
  { kind: 'redelivery-bounded', options: { received: RECEIVED, max: 2 } },
  { kind: 'ordered', options: { received: RECEIVED, by: ['subject'] } },
];

const [mode = '', folder = '', count = '0'] = process.argv.slice(2);
if (mode === 'write') write(folder, Number(count));
else if (mode === 'check') await check(folder, CHECKS);
else if (mode === 'check-one') await check(folder, OTHERS.slice(Number(count), Number(count) + 1));
else if (mode === 'measure') await measure(folder);
else compare(process.argv.slice(2).map(Number));

function compare(millions: number[]): void {
  console.log(
    '| messages | written (5 n rows) | bytes a row | all checks | … of it CPU | … CPU a million | peak RSS | availability of 3 workloads | … of it CPU | peak RSS |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|');
  const others: string[] = [];
  for (const million of millions.length === 0 ? [1, 3, 10] : millions) {
    const path = mkdtempSync(join(tmpdir(), 'chaos-bench-'));
    try {
      const written = Number(inAnother('write', path, million * 1e6)[0]);
      const bytes = sizeOf(join(path, 'history')) / (5e6 * million);
      const checked = inAnother('check', path, 0).map(Number) as Figures;
      const measured = inAnother('measure', path, 0).map(Number) as Figures;
      const cells = [
        `${million} million`,
        seconds(written),
        bytes.toFixed(1),
        seconds(checked[0]),
        seconds(checked[1]),
        seconds(checked[1] / million),
        `${Math.round(checked[2])} MB`,
        seconds(measured[0]),
        seconds(measured[1]),
        `${Math.round(measured[2])} MB`,
      ];
      console.log(`| ${cells.join(' | ')} |`);
      others.push(...oneByOne(path, million));
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }
  console.log('\n| messages | check | time | … of it CPU | peak RSS |\n|---|---|---|---|---|');
  console.log(others.join('\n'));
}

function oneByOne(path: string, million: number): string[] {
  return OTHERS.map(({ kind, options }, at) => {
    const [wall, cpu, rss] = inAnother('check-one', path, at).map(Number) as Figures;
    const by = Array.isArray(options.by) ? ` by ${options.by.join(', ')}` : '';
    return `| ${million} million | ${kind}${by} | ${seconds(wall)} | ${seconds(cpu)} | ${Math.round(rss)} MB |`;
  });
}

/** Wall time and CPU time in ms, and the peak of resident memory in MB. */
type Figures = [wall: number, cpu: number, rss: number];

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function inAnother(...args: [string, string, number]): string[] {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [process.argv[1] ?? '', ...args.map(String)],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split(' ');
}

/** Publishes overtake one another a little, as they do on several connections. */
function write(path: string, messages: number): void {
  const begun = performance.now();
  const recorder = new HistoryRecorder(path, (thrown) => {
    throw thrown;
  });
  recorder.append({ type: 'publishers', names: ['p'] });
  const published = recorder.publishes('p');
  const again = published.codeOf({ outcome: 'ok', attempts: 2 });
  const stored = [recorder.stored(STREAM), recorder.stored(MIRROR)];
  const delivered = [recorder.deliveries('c'), recorder.deliveries('m')];
  const digest: [number, number] = [0, 0];
  for (let seq = 1; seq <= messages; seq += 1) {
    const n = nth(seq, messages);
    const t = seq / RATE_PER_MS;
    published.append(n, t, 0, 2 + (seq % 7) / 1000, seq, seq % 1_000_003 === 0 ? again : ACKNOWLEDGED);
    digestInto(digest, bodyOf(identityOf('run', 'p', n), SIZE));
    for (const log of stored) log.append(seq, n % 2 === 1 ? 'qa.x' : 'qa.y', 0, n, digest);
    for (const log of delivered) log.append(t + 3, seq, 0, n, 1, 1.5, CONFIRMED);
  }
  recorder.close();
  console.log(performance.now() - begun);
}

/** Blocks of 32 numbers, in which each publisher's come one after the other. */
function nth(seq: number, messages: number): number {
  const at = seq - 1;
  const block = at - (at % 32);
  if (block + 32 > messages) return seq;
  const within = at % 32;
  return block + (within % 8) * PUBLISHERS + Math.floor(within / 8) + 1;
}

async function check(path: string, checks: readonly Check[]): Promise<void> {
  const begun = clocks();
  const history = await readHistory(path, 'run', WORKLOADS);
  for (const [cluster, stream] of [STREAM, MIRROR].map((address) => address.split('/'))) {
    const audit = { messages: 0, firstSeq: 1, lastSeq: 0, complete: true, mayExpire: false };
    history.streamAudits.push({ type: 'stream-audit', stream: `${cluster}/${stream}`, ...audit });
  }
  for (const consumer of Object.values(CONSUMERS)) {
    const settings = { filters: ['qa.*'], deliver: 'all' };
    const audit = { complete: true, ackFloor: 0, delivered: 0, pending: 0, ackPending: 0, settings };
    history.consumerAudits.push({ type: 'consumer-audit', consumer, ...audit });
  }
  const findings = runChecks(history, checks);
  const ended = clocks();
  for (const { check: name, verdict, statement } of findings)
    if (verdict !== 'pass') throw new Error(`${name}: ${verdict}: ${statement}`);
  report(begun, ended);
}

async function measure(path: string): Promise<void> {
  const begun = clocks();
  const history = await readHistory(path, 'run', WORKLOADS);
  for (const workload of Object.keys(WORKLOADS)) {
    history.marks.push({ type: 'workload', t: 0, workload, mark: 'started' });
    unavailabilityIn(availabilityOf(workload, history));
  }
  report(begun, clocks());
}

/** Wall time and CPU time so far, ms. */
function clocks(): [wall: number, cpu: number] {
  const { user, system } = process.cpuUsage();
  return [performance.now(), (user + system) / 1000];
}

function report(begun: [number, number], ended: [number, number]): void {
  console.log(`${ended[0] - begun[0]} ${ended[1] - begun[1]} ${process.resourceUsage().maxRSS / 1000}`);
}

function sizeOf(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce(
    (sum, entry) =>
      sum + (entry.isDirectory() ? sizeOf(join(path, entry.name)) : statSync(join(path, entry.name)).size),
    0,
  );
}
