import { describe, expect, it } from 'vitest';
import { baselinesOf, goodNightlyRuns } from '../../src/nightly/baseline.ts';
import { nightlyRunsToDelete } from '../../src/nightly/retention.ts';
import { named, nightlyRun } from './nights.ts';

const DAY = 86_400_000;
const on = (day: number): Date => new Date(`2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`);

describe('what may be deleted', () => {
  it('is what is older than the newest nights', () => {
    const nightlyRuns = [1, 2, 3, 4].map((day) => nightlyRun(day));
    expect(nightlyRunsToDelete(nightlyRuns, { keep: 2, keepFailuresMs: DAY }, on(5))).toEqual([
      named(2),
      named(1),
    ]);
    expect(nightlyRunsToDelete(nightlyRuns, { keep: 4, keepFailuresMs: DAY }, on(25))).toEqual([]);
  });

  it('is never the night that the next one is held against', () => {
    const nightlyRuns = [nightlyRun(1), nightlyRun(2), nightlyRun(3, 'fail'), nightlyRun(4, 'fail')];
    expect([...baselinesOf(nightlyRuns)].sort()).toEqual([named(2), named(4)]);
    expect(nightlyRunsToDelete(nightlyRuns, { keep: 1, keepFailuresMs: DAY }, on(28))).toEqual([
      named(3),
      named(1),
    ]);
  });

  it('is no failure that is younger than its limit', () => {
    const nightlyRuns = [
      nightlyRun(1, 'fail'),
      nightlyRun(9, 'inconclusive'),
      nightlyRun(10, 'error'),
      nightlyRun(16),
      nightlyRun(17),
    ];
    const retention = { keep: 1, keepFailuresMs: 10 * DAY };
    expect(nightlyRunsToDelete(nightlyRuns, retention, on(19))).toEqual([named(16), named(9), named(1)]);
    expect(nightlyRunsToDelete(nightlyRuns, retention, on(18))).toEqual([named(16), named(1)]);
  });

  it('is no night that has left something to be undone, and none whose age cannot be told', () => {
    const strange = { ...nightlyRun(2, 'fail'), endedAt: 'yesterday' };
    const nightlyRuns = [nightlyRun(1, 'unclean'), strange, nightlyRun(3), nightlyRun(4)];
    expect(nightlyRunsToDelete(nightlyRuns, { keep: 1, keepFailuresMs: DAY }, on(28))).toEqual([named(3)]);
  });
});

describe('the good nights of a cell', () => {
  it('are those in which all its runs passed, the newest first, whatever became of other cells', () => {
    const nightlyRuns = [nightlyRun(1), nightlyRun(3, 'fail'), nightlyRun(2)];
    const of = (experiment: string, ...asked: string[]) =>
      goodNightlyRuns(nightlyRuns, experiment, asked).map((one) => one.nightlyRun.name);
    expect(of('cut', '2.10.22')).toEqual([named(2), named(1)]);
    expect(of('kill', '2.10.22')).toEqual([named(3), named(2), named(1)]);
    expect(of('cut', 'latest')).toEqual([named(3), named(2), named(1)]);
    expect(of('cut', '2.11')).toEqual([]);
  });
});
