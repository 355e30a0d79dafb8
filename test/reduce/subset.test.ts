import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestSubset } from '../../src/reduce/subset.ts';

const items = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { maxLength: 40 });

describe('the smallest part of a list that still shows something', () => {
  it('is exactly what matters, where that alone decides', async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        async (all, marks) => {
          const needed = all.filter((_, i) => marks[i]);
          const shows = (kept: number[]) => Promise.resolve(needed.every((one) => kept.includes(one)));
          expect(await smallestSubset(all, shows)).toEqual(needed);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('shows it, and does not without any one of its items, whatever decides', async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.func(fc.boolean()), async (all, decides) => {
        const shows = (kept: number[]): boolean => kept.length === all.length || decides(...kept);
        let asked = 0;
        const smallest = await smallestSubset(all, (kept) => {
          asked += 1;
          expect(asked).toBeLessThan(10_000);
          return Promise.resolve(shows(kept));
        });
        expect(shows(smallest)).toBe(true);
        for (const one of smallest) expect(shows(smallest.filter((other) => other !== one))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('needs few tries where little of much matters', async () => {
    const all = Array.from({ length: 64 }, (_, i) => i);
    let asked = 0;
    const smallest = await smallestSubset(all, (kept) => {
      asked += 1;
      return Promise.resolve(kept.includes(17) && kept.includes(42));
    });
    expect(smallest).toEqual([17, 42]);
    expect(asked).toBeLessThan(64);
  });

  it('is nothing, where nothing matters; and nothing is asked about an empty list', async () => {
    expect(await smallestSubset([1, 2, 3], () => Promise.resolve(true))).toEqual([]);
    expect(await smallestSubset([], () => Promise.reject(new Error('asked')))).toEqual([]);
  });
});
