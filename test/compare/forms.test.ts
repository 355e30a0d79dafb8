import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import { renderComparisonHtml } from '../../src/compare/html.ts';
import { renderComparison } from '../../src/compare/text.ts';
import type { RunRecord } from '../../src/history/record.ts';
import { hostileRun } from '../report/hostile.ts';
import { run, runs, testRun } from './runs.ts';

const ALPHA = { alpha: 0.05 };
const FAST = [1000, 1010, 1020, 1030];
const SLOW = [2000, 2010, 2020, 2030];

describe('the forms of a comparison', () => {
  const all = [
    ...runs('2.11', FAST, { tolerance: 0.5 }),
    ...runs('2.12', SLOW, { tolerance: 0.5, loses: true }),
  ];
  const comparison = compareRuns(all, ALPHA);

  it('at the terminal: verdicts, findings, figures with their ranges, regressions, and the test', () => {
    const text = renderComparison(comparison, { color: false, width: 140 });
    for (const part of [
      '2.11 (the reference): 4 runs: ✔ 4 pass',
      '2.12: 4 runs: ✘ 4 fail',
      /appeared {2}fail: check, no-loss.*2\.11 0\/4, 2\.12 4\/4/,
      /1\.01 s \[1 s – 1\.03 s, 87\.5%\]/,
      /×1\.99 REGRESSION, p 0\.029/,
      'regression: worse in 2.12: Recovery time',
      'Mann–Whitney U',
    ]) {
      expect(text).toMatch(part);
    }
    const once = renderComparison(compareRuns([run('2.11', 1), run('2.12', 9)], ALPHA), {
      color: false,
      width: 140,
    });
    expect(once).toContain('single run');
  });

  it('as a page: self-contained, linked to the reports, with the curves aligned at the fault', () => {
    const page = renderComparisonHtml(comparison, all, (id) => `${id}/report.html`);
    expect(page).toContain('Regression');
    expect(page).toMatch(/href="run-\d+\/report\.html"/);
    const [data, ...more] = timelinesOf(page);
    expect(more).toEqual([]);
    expect(data!.windows[0]!.from).toBe(0);
    expect(data!.from).toBeLessThan(0);
    expect(data!.charts.length).toBeGreaterThan(5);
    for (const { curves } of data!.charts) expect(curves).toHaveLength(2);
  });

  it('as a page of several experiments: what each came to is at the top, and leads there', () => {
    const { name, whole } = run('2.12', 5);
    const other = testRun(name, { ...whole, experiment: { ...whole.experiment, name: 'another' } });
    const page = renderComparisonHtml(compareRuns([...all, other], ALPHA), [...all, other]);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toContain('<h1>Comparison of 2 experiments</h1>');
    for (const experiment of ['partition-recovery', 'another']) {
      expect(page).toContain(`href="#experiment-${experiment}"`);
      expect(page).toContain(`id="experiment-${experiment}"`);
    }
  });

  it('as a page of many experiments: the curves of each, all of them within the size of a page', () => {
    const experiments = Array.from({ length: 8 }, (_, at) => `experiment-${at}`);
    const many = experiments.flatMap((experiment) =>
      ['2.11', '2.12'].map((version) => {
        const { name, whole } = run(version, 5, { apply: (record) => lengthen(record, 600) });
        return testRun(name, { ...whole, experiment: { ...whole.experiment, name: experiment } });
      }),
    );
    const page = renderComparisonHtml(compareRuns(many, ALPHA), many);
    expect(Buffer.byteLength(page)).toBeLessThan(500_000);
    const timelines = timelinesOf(page);
    expect(timelines.map(({ id }) => id)).toEqual(experiments.map((_, at) => `${at}-score`));
    const boxes = timelines.flatMap(({ id, charts }) => [id, ...charts.map((chart) => chart.id)]);
    expect(new Set(boxes).size).toBe(boxes.length);
    for (const box of boxes) expect(page.split(` id="${box}"`)).toHaveLength(2);
    for (const { charts } of timelines) {
      expect(charts.length).toBeGreaterThan(5);
      for (const { curves } of charts) for (const { t } of curves) expect(t.length).toBeGreaterThan(40);
    }
  });

  it('leaves a gap in a curve where nothing could be read, in one run and in the median of several', () => {
    const silent = (record: RunRecord): void => {
      const probe = record.probes.find(({ kind }) => kind === 'mirror-lag')!;
      probe.samples = [0, 1, 2, 3, 4].map((at) =>
        at === 2 ? { t: at * 1000, error: 'no answer' } : { t: at * 1000, value: at },
      );
      record.probes = [probe];
      record.workloads = [];
    };
    for (const times of [[1], [1, 2, 3]]) {
      const many = runs('2.11', times, { apply: silent });
      const [timeline] = timelinesOf(renderComparisonHtml(compareRuns(many, ALPHA), many));
      expect(timeline!.charts.map(({ curves }) => curves[0]!.v)).toEqual([[0, 1, null, 3, 4]]);
    }
  });

  it('says how many curves there was no room for', () => {
    const versions = Array.from({ length: 8 }, (_, at) => `2.${at + 1}`);
    const many = versions.map((version) => run(version, 5));
    const page = renderComparisonHtml(compareRuns(many, ALPHA), many);
    expect(page).toContain('Left out to keep the page small: the curves of 2 more groups.');
    for (const { curves } of timelinesOf(page)[0]!.charts) expect(curves).toHaveLength(6);
    expect(renderComparisonHtml(comparison, all)).not.toContain('Left out');
  });

  it('fold latencies up that do not differ', () => {
    const page = renderComparisonHtml(comparison, all);
    expect(page).toMatch(/<summary>Latency by phase: \d+ figures without a difference<\/summary>/);
  });

  it('keep hostile names inert', () => {
    const hostile = [run('2.11', 1), run('2.12', 2)].map(({ name, whole }) =>
      testRun(`${name}"><script>`, hostileRun(whole)),
    );
    const bad = compareRuns(hostile, ALPHA);
    const count = (page: string, tag: string) => page.split(tag).length - 1;
    const page = renderComparisonHtml(bad, hostile);
    const harmless = renderComparisonHtml(comparison, all);
    for (const tag of ['<script', '</script', '<img', '<style', '<!--'])
      expect([tag, count(page, tag)]).toEqual([tag, count(harmless, tag)]);
    expect(renderComparison(bad, { color: false, width: 100 })).not.toMatch(
      /[\u0000-\u0009\u000B-\u001F\u202E]/,
    );
  });
});

interface TimelineData {
  id: string;
  from: number;
  windows: { from: number }[];
  charts: { id: string; curves: { t: number[]; v: (number | null)[] }[] }[];
}

function timelinesOf(page: string): TimelineData[] {
  return JSON.parse(/id="run-data">([^<]+)</.exec(page)![1]!) as TimelineData[];
}

/** So many seconds of every workload, no two alike. */
function lengthen(record: RunRecord, count: number): void {
  for (const workload of record.workloads) {
    workload.seconds = Array.from({ length: count }, (_, at) => {
      const p50Ms = 1 + ((at * 7919) % 997) / 331;
      return { t: at * 1000, ok: 190 + ((at * 31) % 17), failed: 0, unknown: 0, p50Ms, p99Ms: p50Ms * 3.7 };
    });
  }
}
