import { describe, expect, it } from 'vitest';
import { baselinesOf, goodNights } from '../../src/nightly/baseline.ts';
import { nightsToDelete } from '../../src/nightly/retention.ts';
import { named, night } from './nights.ts';

const DAY = 86_400_000;
const on = (day: number): Date => new Date(`2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`);

describe('what may be deleted', () => {
  it('is what is older than the newest nights', () => {
    const nights = [1, 2, 3, 4].map((day) => night(day));
    expect(nightsToDelete(nights, { keep: 2, keepFailuresMs: DAY }, on(5))).toEqual([named(2), named(1)]);
    expect(nightsToDelete(nights, { keep: 4, keepFailuresMs: DAY }, on(25))).toEqual([]);
  });

  it('is never the night that the next one is held against', () => {
    const nights = [night(1), night(2), night(3, 'fail'), night(4, 'fail')];
    expect([...baselinesOf(nights)].sort()).toEqual([named(2), named(4)]);
    expect(nightsToDelete(nights, { keep: 1, keepFailuresMs: DAY }, on(28))).toEqual([named(3), named(1)]);
  });

  it('is no failure that is younger than its limit', () => {
    const nights = [night(1, 'fail'), night(9, 'inconclusive'), night(10, 'error'), night(16), night(17)];
    const retention = { keep: 1, keepFailuresMs: 10 * DAY };
    expect(nightsToDelete(nights, retention, on(19))).toEqual([named(16), named(9), named(1)]);
    expect(nightsToDelete(nights, retention, on(18))).toEqual([named(16), named(1)]);
  });

  it('is no night that has left something to be undone, and none whose age cannot be told', () => {
    const strange = { ...night(2, 'fail'), endedAt: 'yesterday' };
    const nights = [night(1, 'unclean'), strange, night(3), night(4)];
    expect(nightsToDelete(nights, { keep: 1, keepFailuresMs: DAY }, on(28))).toEqual([named(3)]);
  });
});

describe('the good nights of a cell', () => {
  it('are those in which all its runs passed, the newest first, whatever became of other cells', () => {
    const nights = [night(1), night(3, 'fail'), night(2)];
    const of = (experiment: string, ...asked: string[]) =>
      goodNights(nights, experiment, asked).map((one) => one.night.name);
    expect(of('cut', '2.10.22')).toEqual([named(2), named(1)]);
    expect(of('kill', '2.10.22')).toEqual([named(3), named(2), named(1)]);
    expect(of('cut', 'latest')).toEqual([named(3), named(2), named(1)]);
    expect(of('cut', '2.11')).toEqual([]);
  });
});
