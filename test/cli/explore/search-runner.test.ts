import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SearchRunner } from '../../../src/cli/explore/carry-out.ts';
import { drawRun } from '../../../src/cli/explore/draw-run.ts';
import { planSpace, templateOf } from '../../../src/cli/explore/space-plan.ts';
import type { CarriedRun, Carrier, CarryOptions } from '../../../src/cli/suite/carrier.ts';
import { SEARCH_SCHEMA_VERSION, type SearchRun } from '../../../src/explore/saved.ts';
import type { Search } from '../../../src/explore/search.ts';
import { ChaosError } from '../../../src/support/errors.ts';
import { fixtureRun } from '../../report/fixture.ts';

const SPACE = 'experiments/explore/one-zone.yaml';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'search-runner-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const TAKEN_BACK: CarriedRun = { withdrawn: true, timedOut: false, how: '', complaints: [], left: [] };

/** Nobody begins it: it waits until it is taken back. */
function waits({ withdraw }: CarryOptions): Promise<CarriedRun> {
  return new Promise((resolve) => withdraw?.addEventListener('abort', () => resolve(TAKEN_BACK)));
}

/** @returns numbers and results of the runs that ended */
async function searched(search: Search, carry: Carrier['carry']): Promise<[number, SearchRun | null][]> {
  const ended: [number, SearchRun | null][] = [];
  await new SearchRunner(search, {
    draw: drawOf(search),
    carrier: { elsewhere: true, carry },
    ...{ parallel: 2, runTimeoutMs: 60_000, stopOnFirst: false, signal: new AbortController().signal },
    began: () => undefined,
    ended: (number, run) => ended.push([number, run]),
    found: () => Promise.resolve(),
  }).run();
  return ended;
}

describe('a search on a queue', () => {
  it('takes back what no worker has begun when its time is up, and ends', async () => {
    const search = searchOf({ ms: 1_000 });
    let queued = 0;
    const ended = await searched(search, (_run, options) => {
      queued += 1;
      return waits(options);
    });
    expect(ended.map(([, run]) => run)).toEqual(Array.from({ length: queued }, () => null));
    expect(search.runs).toEqual([]);
  });

  it('takes it back when runs can no longer be carried out', async () => {
    const search = searchOf({ runs: 100 });
    const ended = await searched(search, async ({ id }, options) => {
      if (id === '1') return waits(options);
      throw new ChaosError('unavailable', 'the queue is not there');
    });
    expect(ended.at(-1)).toEqual([1, null]);
    expect(search.runs).toHaveLength(5);
    expect(search.stopped).toMatch(/could not be carried out/);
  });
});

it('tries again when it goes on after runs that could not be carried out', async () => {
  const search = searchOf({ runs: 30 });
  const broken = (): Promise<CarriedRun> => Promise.reject(new ChaosError('resources', 'the disk is full'));
  await searched(search, broken);
  expect(search.stopped).toBe('the last 5 runs could not be carried out');
  const before = search.runs.length;
  const ended = await searched(search, broken);
  expect(ended[0]?.[0]).toBe(before + 1);
});

it('reduces first what an earlier sitting has found and not reduced, and that alone', async () => {
  const search = searchOf({ runs: 1 });
  const { number, seed, kind, path } = drawRun(drawOf(search), 1, []);
  const report = join(folder, 'runs/0001/a-report');
  mkdirSync(report);
  writeFileSync(join(report, 'report.json'), JSON.stringify(fixtureRun()));
  search.runs.push({
    ...{ number, seed, kind, kinds: [], settings: [], file: path, verdict: 'fail', headline: '' },
    ...{ folder: 'runs/0001/a-report', startedAt: '', ms: 0, scheduleMs: 0, novel: [], signatures: [] },
  });
  const finding = (id: string) => ({ id, words: id, count: 1, runs: [1], reduced: null });
  search.findings.push(finding('left'), { ...finding('tried'), notReduced: 'it did not show again' });
  const found: [string, number, string][] = [];
  await new SearchRunner(search, {
    draw: drawOf(search),
    carrier: { elsewhere: true, carry: () => Promise.reject(new Error('no run is left')) },
    ...{ parallel: 1, runTimeoutMs: 60_000, stopOnFirst: true, signal: new AbortController().signal },
    ...{ began: () => undefined, ended: () => undefined },
    found: ({ id }, run, saved) => {
      found.push([id, run.number, saved.runId]);
      return Promise.resolve();
    },
  }).run();
  expect(found).toEqual([['left', 1, fixtureRun().runId]]);
});

it('reduces a crash of an older search, which names no phase, under its name, in whichever phase it shows', async () => {
  const search = searchOf({ runs: 1 });
  const { number, seed, kind, path } = drawRun(drawOf(search), 1, []);
  const report = join(folder, 'runs/0001/a-report');
  mkdirSync(report);
  const crash = { t: 17_000, node: 'qa1a/js1-qa1a', kind: 'panic', text: '', phase: 'partition', faults: [] };
  const finding = { check: 'server-crash', subject: crash.node, verdict: 'fail', statement: '' };
  const saved = {
    ...fixtureRun(),
    findings: [{ ...finding, counts: { crashes: 1 }, examples: [] }],
    crashes: [{ ...crash, lastLines: ['panic: boom'] }],
  };
  writeFileSync(join(report, 'report.json'), JSON.stringify(saved));
  search.runs.push({
    ...{ number, seed, kind, kinds: [], settings: [], file: path, verdict: 'fail', headline: '' },
    ...{ folder: 'runs/0001/a-report', startedAt: '', ms: 0, scheduleMs: 0, novel: [], signatures: [] },
  });
  const old = { id: 'server-crash-panic-boom', words: 'server-crash panic: boom' };
  search.findings.push({ ...old, count: 1, runs: [1], reduced: null });
  const found: unknown[] = [];
  await new SearchRunner(search, {
    draw: drawOf(search),
    carrier: { elsewhere: true, carry: () => Promise.reject(new Error('no run is left')) },
    ...{ parallel: 1, runTimeoutMs: 60_000, stopOnFirst: true, signal: new AbortController().signal },
    ...{ began: () => undefined, ended: () => undefined },
    found: (signature) => {
      found.push(signature);
      return Promise.resolve();
    },
  }).run();
  expect(found).toEqual([{ ...old, failure: 'server-crash panic: boom' }]);
});

it('keeps a run and its finding where nothing more can be written, and ends with why', async () => {
  const search = searchOf({ runs: 3 });
  // Reports that cannot be written where they belong are elsewhere.
  const elsewhere = join(folder, 'elsewhere/a-report');
  const carry = (): Promise<CarriedRun> => {
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, 'report.json'), JSON.stringify({ ...fixtureRun(), verdict: 'fail' }));
    // What cannot be appended to, whoever asks.
    mkdirSync(join(folder, 'signals.ndjson'), { recursive: true });
    const result = { type: 'result', folder: elsewhere } as NonNullable<CarriedRun['result']>;
    return Promise.resolve({ timedOut: false, how: 'exit code 1', complaints: [], left: [], result });
  };
  await expect(searched(search, carry)).rejects.toThrow(/EISDIR/);
  expect(search.runs.map((run) => [run.number, run.folder])).toContainEqual([1, 'elsewhere/a-report']);
  expect(search.findings).not.toEqual([]);
});

it('counts reasons without what is in brackets, also in brackets of brackets', async () => {
  const search = searchOf({ runs: 1 });
  const { number } = drawRun(drawOf(search), 1, []);
  const text = 'Fault partition#1 (partition (blackhole) between a and b) would change nothing: it timed out';
  const run = { ...fixtureRun(), verdict: 'inconclusive' as const };
  const reasons = [{ verdict: run.verdict, text, source: 'fault partition#1' }];
  const report = join(folder, 'runs/0001/a-report');
  mkdirSync(report);
  writeFileSync(join(report, 'report.json'), JSON.stringify({ ...run, reasons }));
  const [[ended, adopted] = []] = await searched(search, () => Promise.reject(new Error('no run is left')));
  expect([ended, adopted?.reason]).toEqual([number, 'Fault partition would change nothing: it timed out']);
});

function drawOf({ seed, name, file }: Search) {
  const { loaded } = planSpace(file, { elsewhere: true });
  const template = templateOf(loaded, undefined);
  return { template, ...{ name, file, seed, folder }, driver: undefined, elsewhere: true };
}

function searchOf(budget: Search['budget']): Search {
  return {
    schemaVersion: SEARCH_SCHEMA_VERSION,
    program: { name: 'nats-chaos', version: '0.0.0' },
    ...{ name: 'one-zone', title: '', file: SPACE, digest: '', seed: 7 },
    ...{ startedAt: new Date(0).toISOString(), wallMs: 0, budget },
    ...{ runs: [], findings: [], features: [], neverDrawn: [], overlaps: [], warnings: [] },
  };
}
