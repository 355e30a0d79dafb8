import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherExact, hasFallen, SequentialTest } from '../../src/reduce/reproduction.ts';
import { seededRandom } from '../../src/support/random.ts';

/** Runs until the test decides. @param next whether the next run shows the failure */
function decision(
  whole: { shown: number; of: number },
  next: () => boolean,
): { kept: boolean; runs: number } {
  const test = new SequentialTest(whole);
  for (let runs = 1; ; runs += 1) {
    const kept = test.add(next());
    if (kept !== undefined) return { kept, runs };
  }
}

/** The share of so many steps that is kept when a run shows the failure with this probability. */
function shareKept(whole: { shown: number; of: number }, rate: number): number {
  const random = seededRandom(7);
  const steps = 2_000;
  const kept = Array.from({ length: steps }, () => decision(whole, () => random.next() < rate).kept);
  return kept.filter(Boolean).length / steps;
}

describe('a step, tried as often as it takes', () => {
  it('is decided by one run where the failure shows every time', () => {
    for (const n of [1, 3, 10]) {
      expect(decision({ shown: n, of: n }, () => true)).toEqual({ kept: true, runs: 1 });
      expect(decision({ shown: n, of: n }, () => false)).toEqual({ kept: false, runs: 1 });
    }
  });

  it('is kept as a rule when the rate stays, and refused as a rule when it falls to a sixth', () => {
    for (const shown of [3, 5, 7, 9]) {
      expect(shareKept({ shown, of: 10 }, shown / 10)).toBeGreaterThan(0.8);
      expect(shareKept({ shown, of: 10 }, shown / 60)).toBeLessThan(0.35);
    }
  });

  it('is never kept without having shown the failure, and is always decided within twelve runs', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 30 })
          .chain((of) => fc.tuple(fc.integer({ min: 1, max: of }), fc.constant(of))),
        fc.infiniteStream(fc.boolean()),
        ([shown, of], stream) => {
          let seen = false;
          const { kept, runs } = decision({ shown, of }, () => {
            const value = stream.next().value as boolean;
            seen ||= value;
            return value;
          });
          expect(runs).toBeLessThanOrEqual(12);
          if (kept) expect(seen).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("Fisher's exact test", () => {
  it('has the figures of the books', () => {
    // The lady tasting tea: 1 of 4 and 3 of 4, and the worst of all.
    expect(fisherExact({ shown: 3, of: 4 }, { shown: 1, of: 4 })).toBeCloseTo(0.2429, 4);
    expect(fisherExact({ shown: 4, of: 4 }, { shown: 0, of: 4 })).toBeCloseTo(1 / 70, 6);
    expect(fisherExact({ shown: 10, of: 12 }, { shown: 1, of: 12 })).toBeCloseTo(0.000336, 4);
  });

  it('is a probability, and 1 for the most that can be', () => {
    const counted = fc
      .integer({ min: 1, max: 40 })
      .chain((of) => fc.record({ shown: fc.integer({ min: 0, max: of }), of: fc.constant(of) }));
    fc.assert(
      fc.property(counted, counted, (before, after) => {
        const p = fisherExact(before, after);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherExact(before, { shown: after.of, of: after.of })).toBeCloseTo(1, 9);
      }),
    );
  });

  it('says that few runs prove little', () => {
    expect(hasFallen({ shown: 3, of: 3 }, { shown: 1, of: 3 })).toBe(false);
    expect(hasFallen({ shown: 5, of: 5 }, { shown: 1, of: 5 })).toBe(true);
    expect(hasFallen({ shown: 3, of: 3 }, { shown: 0, of: 0 })).toBe(false);
  });
});
