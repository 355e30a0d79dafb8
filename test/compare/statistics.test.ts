import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf, rankTest, spreadOf } from '../../src/compare/statistics.ts';

describe('the median and its range', () => {
  it('is exact, and says how sure it is', () => {
    expect(spreadOf([5])).toEqual({ n: 1, median: 5, low: 5, high: 5, coverage: 0 });
    // All three below, or all three above the true median: 2 of 8 ways.
    expect(spreadOf([3, 1, 2])).toEqual({ n: 3, median: 2, low: 1, high: 3, coverage: 0.75 });
    expect(spreadOf([1, 2, 3, 4, 5, 6]).coverage).toBe(1 - 2 / 64);
    // The textbook's range for 20 values: the 6th to the 15th, 95.86%.
    const twenty = spreadOf(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(twenty).toMatchObject({ low: 6, high: 15, median: 10.5 });
    expect(twenty.coverage).toBeCloseTo(0.9586, 4);
    expect(spreadOf([1, Infinity, Infinity])).toMatchObject({ median: Infinity, low: 1 });
    expect(medianOf([Infinity, Infinity])).toBe(Infinity);
  });

  it('holds the true median as often as it says', () => {
    const small = fc.uniqueArray(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(small, (values) => {
        const { low, high, median, coverage } = spreadOf(values);
        expect(low <= median && median <= high).toBe(true);
        const all = 2 ** values.length;
        // Each value is below the true median or above, equally likely: count the ways in which the range holds it.
        const sorted = [...values].sort((a, b) => a - b);
        const cut = sorted.indexOf(low);
        let held = 0;
        for (let direction = 0; direction < all; direction++) {
          const below = direction.toString(2).split('1').length - 1;
          if (below > cut && values.length - below > cut) held += 1;
        }
        expect(coverage).toBeCloseTo(held / all, 10);
      }),
    );
  });
});

describe('Mann–Whitney U', () => {
  it('agrees with the published tables', () => {
    expect(rankTest([1, 2, 3], [4, 5, 6])).toEqual({
      twoSided: 0.1,
      larger: 0.05,
      smallest: 0.1,
      method: 'exact',
    });
    expect(rankTest([1, 2, 3, 4], [5, 6, 7, 8]).twoSided).toBeCloseTo(2 / 70, 10);
    // 5 against 6 with U = 3: 7 of the 462 ways are as extreme, on each side.
    expect(rankTest([1, 2, 3, 4, 8], [5, 6, 7, 9, 10, 11]).twoSided).toBeCloseTo((2 * 7) / 462, 10);
    expect(rankTest([1, 1, 1], [1, 1, 1])).toMatchObject({ twoSided: 1, larger: 1 });
    expect(rankTest([1, 2, 3], [Infinity, Infinity, Infinity]).larger).toBe(0.05);
  });

  it('is what counting every way to group the runs gives, ties included', () => {
    const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const all = [...first, ...second];
        const rank = (value: number) =>
          all.filter((one) => one < value).length + (all.filter((one) => one === value).length + 1) / 2;
        const ranks = all.map(rank);
        const seen = second.reduce((sum, value) => sum + rank(value), 0);
        let ways = 0;
        let larger = 0;
        for (let mask = 0; mask < 2 ** all.length; mask++) {
          const chosen = ranks.filter((_, at) => (mask >> at) & 1);
          if (chosen.length !== second.length) continue;
          ways += 1;
          if (chosen.reduce((sum, one) => sum + one, 0) >= seen) larger += 1;
        }
        expect(rankTest(first, second).larger).toBeCloseTo(larger / ways, 10);
      }),
    );
  });

  it('goes over to the normal approximation without a jump', () => {
    const first = Array.from({ length: 20 }, (_, at) => at);
    for (const shift of [0.5, 3.5, 6.5]) {
      const second = first.map((value) => value + shift);
      const exact = rankTest(first, second);
      const normal = rankTest(first, [...second, 10 + shift]);
      expect([exact.method, normal.method]).toEqual(['exact', 'normal']);
      expect(Math.abs(exact.larger - normal.larger)).toBeLessThan(0.02);
    }
  });
});
