import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import type { CompareOptions, NamedRun } from '../../src/compare/comparison.ts';
import { renderComparison, spreadText } from '../../src/compare/text.ts';
import { LatencyHistogram } from '../../src/history/latency/histogram.ts';
import type { PhaseRecord } from '../../src/history/record.ts';
import { run, runs, testRun } from './runs.ts';

const ALPHA = { alpha: 0.05 };
/** As `chaos compare --fail-on regression` asks. */
const GATE = { ...ALPHA, tolerance: 0.2, spareLatencies: true, judgeWithoutRepeats: true };
const FAST = [1000, 1010, 1020, 1030];
const SLOW = [2000, 2010, 2020, 2030];
const RECOVERY = 'recovery-time recovery';

function only(all: readonly NamedRun[], options: CompareOptions = ALPHA) {
  const { experiments } = compareRuns(all, options);
  expect(experiments).toHaveLength(1);
  const one = experiments[0]!;
  const recovery = one.metrics.find(({ key }) => key === RECOVERY);
  return { ...one, recovery, difference: recovery?.differences[0] };
}

describe('a figure of two groups', () => {
  it('is worse or better only where the spread allows it', () => {
    const worse = only([...runs('2.11', FAST), ...runs('2.12', SLOW)]);
    expect(worse.groups.map(({ id, baseline }) => [id, baseline])).toEqual([
      ['2.11', true],
      ['2.12', false],
    ]);
    expect(worse.difference).toMatchObject({ group: '2.12', call: 'worse', ratio: 2015 / 1015 });
    expect(worse.difference!.p).toBeCloseTo(2 / 70, 10);
    expect(worse.recovery!.spreads['2.11']).toMatchObject({ n: 4, median: 1015, low: 1000, high: 1030 });
    expect(only([...runs('2.11', SLOW), ...runs('2.12', FAST)]).difference).toMatchObject({ call: 'better' });
    const mixed = only([
      ...runs('2.11', [1000, 2000, 1500, 1200]),
      ...runs('2.12', [1100, 1900, 1600, 1300]),
    ]);
    expect(mixed.difference).toMatchObject({ call: 'alike' });
  });

  it('is called nothing from single runs, and nothing from groups that are too small to show it', () => {
    expect(only([run('2.11', 1000), run('2.12', 90_000)]).difference).toEqual({
      group: '2.12',
      ratio: 90,
      p: null,
      call: 'seen-once',
      enough: false,
      basis: null,
      regression: false,
      notable: 'worse',
    });
    const three = only([...runs('2.11', FAST.slice(1)), ...runs('2.12', SLOW.slice(1))]);
    expect(three.difference).toMatchObject({ p: 0.1, call: 'too-few' });
  });

  it('counts a recovery that never came as the longest', () => {
    const never = [...FAST].map(() => run('2.12', null, { tolerance: 1 }));
    const { difference, recovery } = only([...runs('2.11', FAST, { tolerance: 1 }), ...never]);
    expect(recovery!.spreads['2.12']!.median).toBe(Infinity);
    expect(difference).toMatchObject({ call: 'worse', ratio: Infinity, regression: true });
  });
});

describe('a recovery', () => {
  const came = (version: string, recovery: PhaseRecord['recovery']) =>
    run(version, null, {
      apply: (record) => {
        const phase = record.phases.find(({ name }) => name === 'recovery')!;
        phase.outcome = 'completed';
        if (recovery !== undefined) phase.recovery = recovery;
      },
    });
  const neverLost = () => came('2.12', { outcome: 'never-lost', readings: 9 });

  it('that was never needed is shown as such, and not as a time', () => {
    const { recovery, difference } = only([...runs('2.11', FAST), neverLost(), neverLost()]);
    expect(recovery).toMatchObject({ neverLost: { '2.12': 2 } });
    expect(recovery!.spreads['2.12']).toBeUndefined();
    expect(difference).toMatchObject({ call: 'missing', ratio: null, regression: false });
    const all = [...runs('2.11', FAST), neverLost()];
    const text = renderComparison(compareRuns(all, ALPHA), { color: false, width: 140 });
    expect(text).toMatch(/Recovery time, phase\s.*never lost/);
    const mixed = [...runs('2.11', FAST), ...runs('2.12', FAST), neverLost()];
    expect(renderComparison(compareRuns(mixed, ALPHA), { color: false, width: 180 })).toMatch(
      /never lost in 1\s+of 5/,
    );
  });

  it('while a fault was in force is a failover, which is another figure', () => {
    const { metrics } = only([
      ...runs('2.11', FAST),
      came('2.12', { outcome: 'failed-over', from: 'injection', ms: 900, readings: 9 }),
    ]);
    expect(metrics.find(({ key }) => key === 'failover-time recovery')?.spreads).toMatchObject({
      '2.12': { median: 900 },
    });
    expect(metrics.find(({ key }) => key === RECOVERY)?.spreads).not.toHaveProperty('2.12');
  });
});

describe('a regression', () => {
  it('is a figure that is worse beyond noise and beyond the tolerance that the experiment states', () => {
    const held = (tolerance: number, slow = SLOW) =>
      only([...runs('2.11', FAST, { tolerance }), ...runs('2.12', slow, { tolerance })]);
    expect(held(0.5).regressions).toEqual([
      'worse in 2.12: Recovery time, phase recovery, ×1.99 (1.01 s → 2.02 s)',
    ]);
    expect(held(1.5).regressions).toEqual([]);
    // Worse by far, but not beyond noise.
    expect(held(0.5, [3000, 900, 3000, 950]).regressions).toEqual([]);
    expect(held(0.5, FAST).regressions).toEqual([]);
  });

  it('asks in one direction, so that three runs against three can tell', () => {
    const tolerance = 0.5;
    const three = [...runs('2.11', [1, 2, 3], { tolerance }), ...runs('2.12', [7, 8, 9], { tolerance })];
    expect(only(three).difference).toMatchObject({ call: 'too-few', regression: true });
  });

  it('is no figure without a tolerance, unless the command line gives one', () => {
    const all = [...runs('2.11', FAST), ...runs('2.12', SLOW)];
    expect(only(all).regressions).toEqual([]);
    expect(only(all, { ...ALPHA, tolerance: 0.5 }).regressions).toHaveLength(1);
  });

  it('is a finding that no run of the baseline had', () => {
    const { findings, regressions } = only([...runs('2.11', FAST), ...runs('2.12', FAST, { loses: true })]);
    expect(regressions).toEqual([
      expect.stringMatching(/^new in 2\.12: check, no-loss: .*3 messages are lost/),
    ]);
    expect(findings[0]).toMatchObject({ seen: { '2.11': 0, '2.12': 4 }, appearedIn: ['2.12'], wentIn: [] });
    const went = only([...runs('2.11', FAST, { loses: true }), ...runs('2.12', FAST)]);
    expect(went.regressions).toEqual([]);
    expect(went.findings[0]).toMatchObject({ appearedIn: [], wentIn: ['2.12'] });
    const both = only([run('2.11', 1, { loses: true }), ...runs('2.12', FAST, { loses: true })]);
    expect(both.regressions).toEqual([]);
  });

  it('cannot be told where no run came to an honest verdict, or where there is nothing to compare', () => {
    const stopped = run('2.12', 1000, { apply: (record) => (record.interrupted = 'SIGINT') });
    expect(only([...runs('2.11', FAST), stopped])).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['2.12: no run passed or failed'],
    });
    expect(only(runs('2.11', FAST))).toMatchObject({
      outcome: 'not-judged',
      notJudged: ['there is nothing to hold these runs against'],
    });
    const all = [...runs('2.11', FAST), ...runs('2.12', FAST)];
    expect(only(all, GATE)).toMatchObject({ outcome: 'no-regression', notJudged: [] });
  });
});

describe('groups', () => {
  it('are versions of one experiment; a baseline is a group of its own, and none counts a run twice', () => {
    const baseline = runs('2.12', FAST);
    const { name, whole } = run('2.12', 5);
    const other = testRun(name, { ...whole, experiment: { ...whole.experiment, name: 'another' } });
    const { groups } = only([...baseline, ...runs('2.12', SLOW), ...runs('2.13', SLOW)], {
      ...ALPHA,
      baseline,
    });
    expect(groups.map(({ id, runs: all }) => [id, all.length])).toEqual([
      ['baseline 2.12', 4],
      ['2.12', 4],
      ['2.13', 4],
    ]);
    const both = compareRuns([...baseline, ...baseline, other], ALPHA).experiments;
    expect(both.map(({ experiment, groups: all }) => [experiment, all[0]!.runs.length])).toEqual([
      ['partition-recovery', 4],
      ['another', 1],
    ]);
  });
});

describe('figures of a run', () => {
  const figure = (named: NamedRun, key: string) => named.metrics.find((metric) => metric.key === key)?.value;

  it('are recovery, thresholds, unavailability, catch-up and latency', () => {
    const one = run('2.12', 9230);
    expect([...new Set(one.metrics.map(({ group }) => group))]).toEqual([
      'recovery',
      'threshold',
      'unavailability',
      'catch-up',
      'latency',
    ]);
    expect(figure(one, RECOVERY)).toBe(9230);
    // The mirrors' consumers of the fixture stall from 7 s to 24 s.
    expect(figure(one, 'unavailable consume-qa1a-mirror')).toBe(18_000);
    expect(figure(one, 'unavailable publish-qa1a')).toBe(0);
    const catchUp = figure(one, 'catch-up mirror-lag qa1a/qa_mirror_qa1b')!;
    expect(catchUp).toBeGreaterThan(7_000);
    expect(catchUp).toBeLessThan(9_000);
  });

  it('are exact where the run has told how long nothing succeeded, and whole seconds only for older runs', () => {
    const told = run('2.12', 1, {
      apply: (record) => {
        const [first, second] = record.workloads;
        first!.unavailability = { longestMs: 1234.5, totalMs: 1234.5, windows: [{ from: 1, to: 1235.5 }] };
        second!.unavailability = { longestMs: null, totalMs: 0, windows: [] };
      },
    });
    const [first, second] = told.whole.workloads;
    expect(figure(told, `unavailability ${first!.name}`)).toBe(1234.5);
    expect(figure(told, `unavailable ${first!.name}`)).toBeUndefined();
    const keys = told.metrics.map(({ key }) => key).filter((key) => key.endsWith(second!.name));
    expect(keys.filter((key) => key.startsWith('unavail'))).toEqual([]);
  });

  it('say never where a backlog was never worked off', () => {
    const never = run('2.12', 1, {
      apply: (record) =>
        record.probes[0]!.samples.forEach((sample) => {
          if (sample.t > 18_000) sample.value = 9999;
        }),
    });
    expect(figure(never, 'catch-up mirror-lag qa1a/qa_mirror_qa1b')).toBe(Infinity);
  });
});

describe('latencies of several runs', () => {
  const P99 = 'publish-latency-in-phase p99 publish-qa1a partition';
  /** A run whose publishes of one phase had these latencies. */
  const having = (version: string, latenciesMs: readonly number[]) =>
    run(version, 1, {
      apply: (record) => {
        const histogram = new LatencyHistogram();
        for (const ms of latenciesMs) histogram.add(ms);
        record.workloads[0]!.latency = [
          { phase: 'partition', unanswered: 0, refused: 0, fromIntended: histogram.encode() },
        ];
      },
    });
  const old = (version: string) =>
    run(version, 1, { apply: (record) => record.workloads.forEach((one) => delete one.latency) });
  const row = (all: readonly NamedRun[], key: string) =>
    only(all).metrics.find((metric) => metric.key === key);

  it('are those of all operations together, and the spread is that of the runs', () => {
    const many = Array.from({ length: 970 }, () => 1);
    const few = Array.from({ length: 30 }, () => 100);
    const all = [having('2.11', many), having('2.11', few), having('2.12', [...many, ...few])];
    const found = row(all, P99)!;
    // The median of both runs would be 50 ms.
    expect(found.spreads['2.11']).toMatchObject({ n: 2, merged: 100.351, low: 1.003, high: 100.351 });
    expect(found.spreads['2.12']).toMatchObject({ n: 1, merged: 100.351 });
    expect(found.differences[0]).toMatchObject({ ratio: 1 });
    expect(spreadText(found, '2.11')).toMatch(/^100 ms \[/);
  });

  it('are compared by medians of seconds only where a run has kept no histograms', () => {
    const seconds = 'publish-latency-of-seconds p99 publish-qa1a partition';
    const fresh = [having('2.11', [1]), having('2.12', [1])];
    expect(row(fresh, seconds)).toBeUndefined();
    const mixed = row([old('2.11'), having('2.12', [1])], seconds);
    expect(Object.keys(mixed?.spreads ?? {})).toEqual(['2.11', '2.12']);
    expect(row([old('2.11'), old('2.12')], P99)).toBeUndefined();
  });
});
