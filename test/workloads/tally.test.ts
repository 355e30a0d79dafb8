import { expect, test } from 'vitest';
import { Tally } from '../../src/workloads/tally.ts';

test('operations are counted in the second in which they began, with exact percentiles', () => {
  const tally = new Tally();
  for (let latency = 1; latency <= 100; latency += 1) tally.count(2500, 'ok', latency);
  tally.count(999.9, 'unknown');
  tally.count(2000, 'failed');
  expect(tally.record('p', 'publish', 'c/s')).toEqual({
    name: 'p',
    kind: 'publish',
    target: 'c/s',
    ok: 100,
    failed: 1,
    unknown: 1,
    redelivered: 0,
    seconds: [
      { t: 0, ok: 0, failed: 0, unknown: 1 },
      { t: 2000, ok: 100, failed: 1, unknown: 0, p50Ms: 50, p99Ms: 99 },
    ],
  });
});

test('a record taken early does not freeze the figures of its second', () => {
  const tally = new Tally();
  tally.count(0, 'ok', 1);
  expect(tally.record('p', 'publish', 'c/s').seconds[0]).toMatchObject({ ok: 1, p99Ms: 1 });
  tally.count(1, 'ok', 9);
  expect(tally.record('p', 'publish', 'c/s').seconds[0]).toMatchObject({ ok: 2, p99Ms: 9 });
});

test('only the first error is kept', () => {
  const tally = new Tally();
  tally.error('first');
  tally.error('second');
  expect(tally.record('p', 'publish', 'c/s').firstError).toBe('first');
});
