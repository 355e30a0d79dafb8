import { expect, it } from 'vitest';
import { Tally } from '../../src/workloads/tally.ts';

it('counts by second, standstills included', () => {
  const tally = new Tally();
  tally.count(1200, 'ok', 4);
  tally.count(1900, 'ok', 8);
  tally.count(4100, 'unknown');
  expect(tally.record('w', 'publish', 'c/s').seconds).toEqual([
    { t: 1000, ok: 2, failed: 0, unknown: 0, p50Ms: 4, p99Ms: 8 },
    { t: 2000, ok: 0, failed: 0, unknown: 0 },
    { t: 3000, ok: 0, failed: 0, unknown: 0 },
    { t: 4000, ok: 0, failed: 0, unknown: 1 },
  ]);
});

it('has no seconds when nothing ever happened', () => {
  expect(new Tally().record('w', 'publish', 'c/s')).toMatchObject({ ok: 0, seconds: [] });
});
