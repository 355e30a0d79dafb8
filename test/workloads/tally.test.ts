import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeOf } from '../../src/history/latency/heat-map.ts';
import { LatencyHistogram } from '../../src/history/latency/histogram.ts';
import { Tally } from '../../src/workloads/tally.ts';

it('counts by second, standstills included', () => {
  const tally = new Tally();
  tally.count(1200, 'ok', 4);
  tally.count(1900, 'ok', 8);
  tally.count(4100, 'unknown');
  expect(tally.record('w', 'publish', 'c/s').seconds).toEqual([
    { t: 1000, ok: 2, failed: 0, unknown: 0, p50Ms: 4.015, p99Ms: 8.031 },
    { t: 2000, ok: 0, failed: 0, unknown: 0 },
    { t: 3000, ok: 0, failed: 0, unknown: 0 },
    { t: 4000, ok: 0, failed: 0, unknown: 1 },
  ]);
});

it('has no seconds when nothing ever happened', () => {
  expect(new Tally().record('w', 'publish', 'c/s')).toMatchObject({ ok: 0, seconds: [] });
});

it('has the percentiles of each second to 1 %, in whatever order the outcomes come', () => {
  const operation = fc.record({
    t: fc.integer({ min: 0, max: 40_000 }),
    latencyMs: fc.integer({ min: 1, max: 30_000_000 }).map((us) => us / 1000),
  });
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 200 }), (operations) => {
      const tally = new Tally();
      for (const { t, latencyMs } of operations) tally.count(t, 'ok', latencyMs);
      for (const { t, ok, p50Ms, p99Ms } of tally.record('w', 'publish', 'c/s').seconds) {
        const own = operations.filter((one) => Math.floor(one.t / 1000) * 1000 === t);
        expect(ok).toBe(own.length);
        const sorted = own.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
        for (const [read, share] of [
          [p50Ms, 0.5],
          [p99Ms, 0.99],
        ] as const) {
          const exact = sorted[Math.ceil(sorted.length * share) - 1];
          if (exact === undefined) expect(read).toBeUndefined();
          else expect(Math.abs((read ?? NaN) / exact - 1)).toBeLessThanOrEqual(0.01);
        }
      }
    }),
  );
});

it('keeps the latencies of the whole run, and those from the send only where they differ', () => {
  const tally = new Tally();
  tally.count(0, 'ok', 4);
  tally.count(0, 'unknown');
  tally.count(0, 'failed');
  const [whole] = tally.record('w', 'publish', 'c/s').latency ?? [];
  expect(whole).toEqual({ unanswered: 1, refused: 1, fromIntended: expect.any(String) as string });
  tally.count(500, 'ok', 900, 5);
  const [late] = tally.record('w', 'publish', 'c/s').latency ?? [];
  const longest = (text = '') => LatencyHistogram.decode(text)?.quantile(1);
  expect(longest(late?.fromIntended)).toBeCloseTo(900, -1);
  expect(longest(late?.fromSend)).toBeCloseTo(5, 1);
});

it('draws latencies over time in few columns, and none without latencies', () => {
  const tally = new Tally();
  tally.count(0, 'failed');
  expect(tally.record('w', 'publish', 'c/s')).not.toHaveProperty('heatMap');
  for (let s = 10; s < 3610; s += 1) for (let n = 0; n < 3; n += 1) tally.count(s * 1000, 'ok', 2);
  const { heatMap } = tally.record('w', 'publish', 'c/s');
  expect(heatMap).toMatchObject({ from: 0, everyMs: 10_000 });
  expect(heatMap?.columns).toHaveLength(361);
  const [row = NaN, count] = heatMap?.columns[5] ?? [];
  expect(count).toBe(30);
  expect(edgeOf(row)).toBeLessThanOrEqual(2);
  expect(edgeOf(row + 1)).toBeGreaterThan(2);
});
