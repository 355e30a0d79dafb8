import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { bucketOf, BUCKETS, highestOf, lowestOf } from '../../../src/history/latency/buckets.ts';
import { LatencyHistogram } from '../../../src/history/latency/histogram.ts';

const latencies = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5_000 }).map((us) => us / 1000),
    fc.integer({ min: 0, max: 4_294_967_295 }).map((us) => us / 1000),
  ),
  { maxLength: 300 },
);

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

function theirs(values: readonly number[]): hdr.Histogram {
  const histogram = hdr.build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 4_294_967_295,
    numberOfSignificantValueDigits: 2,
  });
  for (const value of values) histogram.recordValue(Math.round(value * 1000));
  return histogram;
}

describe('buckets', () => {
  it('follow one another without a gap, each 1 % wide at most', () => {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const [low, high] = [lowestOf(bucket), highestOf(bucket) * 1000];
      expect(bucketOf(low / 1000)).toBe(bucket);
      expect(bucketOf(high / 1000)).toBe(bucket);
      expect(high - low).toBeLessThanOrEqual(low * 0.01);
    }
  });

  it('hold what is too long, and what a clock that went back has measured', () => {
    expect(bucketOf(1e12)).toBe(BUCKETS - 1);
    expect(bucketOf(Infinity)).toBe(BUCKETS - 1);
    expect(bucketOf(-1)).toBe(0);
  });
});

describe('quantiles', () => {
  it('are those of the sorted list, at most 1 % above', () => {
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.99, 0.999, 1), (values, quantile) => {
        const sorted = Float64Array.from(values).sort();
        const rank = Math.max(1, Math.ceil((Math.round(quantile * 1000) * values.length) / 1000));
        const exact = sorted[rank - 1] ?? null;
        const read = histogramOf(values).quantile(quantile);
        if (exact === null) {
          expect(read).toBeNull();
          return;
        }
        expect(read).toBeGreaterThanOrEqual(exact - 1e-9);
        expect(read).toBeLessThanOrEqual(exact * 1.01 + 1e-9);
      }),
    );
  });

  it('count what was never answered as slower than anything', () => {
    const histogram = histogramOf(Array.from({ length: 98 }, () => 1));
    expect(histogram.quantile(0.98, 2)).toBe(histogram.quantile(0.98));
    expect(histogram.quantile(0.99, 2)).toBe(Infinity);
    expect(new LatencyHistogram().quantile(0.5, 1)).toBe(Infinity);
  });

  it('have no rounding error in their rank', () => {
    const histogram = histogramOf([...Array.from({ length: 999 }, () => 0.001), 200]);
    expect(histogram.quantile(0.999)).toBe(0.001);
  });
});

it('two that are merged are the one of all', () => {
  fc.assert(
    fc.property(latencies, latencies, (some, others) => {
      const merged = histogramOf(some).merge(histogramOf(others));
      expect(merged.encode()).toBe(histogramOf([...some, ...others]).encode());
      expect(merged.count).toBe(some.length + others.length);
    }),
  );
});

describe('the text', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const histogram = histogramOf(values);
        const back = LatencyHistogram.decode(histogram.encode())!;
        expect(back.packed()).toEqual(histogram.packed());
        expect(back.count).toBe(values.length);
      }),
    );
  });

  it('is read by HdrHistogram, and theirs by us, with the same figures', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const read = hdr.decodeFromCompressedBase64(histogramOf(values).encode(), 64);
        expect(read.totalCount).toBe(values.length);
        const written = LatencyHistogram.decode(hdr.encodeIntoCompressedBase64(theirs(values)))!;
        expect(written.packed()).toEqual(histogramOf(values).packed());
        for (const percentile of values.length === 0 ? [] : [50, 99, 100]) {
          const ours = written.quantile(percentile / 100) ?? NaN;
          expect(read.getValueAtPercentile(percentile)).toBeCloseTo(ours * 1000, 6);
        }
      }),
    );
  });

  it('holds counts beyond 32 bits', () => {
    const counts = new Float64Array(BUCKETS);
    counts[7] = 2 ** 40 + 3;
    const back = LatencyHistogram.decode(new LatencyHistogram(counts).encode())!;
    expect(back.packed()).toEqual(Float64Array.of(7, 2 ** 40 + 3));
  });

  it.each(['', 'x', 'HISTFAAAAAA=', histogramOf([1]).encode().slice(0, 30)])('%o is refused', (text) => {
    expect(LatencyHistogram.decode(text)).toBeNull();
  });
});
