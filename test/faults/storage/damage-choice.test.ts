import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFlips, chooseFiles, truncation } from '../../../src/faults/storage/damage-choice.ts';
import { seededRandom } from '../../../src/support/random.ts';

const files = [3, 1, 2].map((n) => ({ path: `msgs/${n}.blk`, sizeBytes: n * 100 }));

describe('the choice of files', () => {
  it('is the same for the same seed, and in the order of paths', () => {
    const [one, two] = [1, 2].map(() => chooseFiles(files, 2, seededRandom(5)));
    expect(one).toEqual(two);
    expect(one?.map(({ path }) => path)).toEqual([...(one ?? [])].map(({ path }) => path).sort());
    expect(one).toHaveLength(2);
  });

  it('takes no more than there are', () => {
    expect(chooseFiles(files, 9, seededRandom(5))).toHaveLength(3);
    expect(chooseFiles(files, 'all', seededRandom(5)).map(({ sizeBytes }) => sizeBytes)).toEqual([
      100, 200, 300,
    ]);
  });
});

describe('a truncation', () => {
  it('cuts what it is told to, and no more than there is', () => {
    expect(truncation(1000, 64, seededRandom(1))).toEqual({ kind: 'truncate', toBytes: 936 });
    expect(truncation(10, 64, seededRandom(1))).toEqual({ kind: 'truncate', toBytes: 0 });
  });

  it('always shortens the file', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer(), (sizeBytes, seed) => {
        const damage = truncation(sizeBytes, undefined, seededRandom(seed));
        return damage.kind === 'truncate' && damage.toBytes >= 0 && damage.toBytes < sizeBytes;
      }),
    );
  });
});

describe('bit flips', () => {
  it('are different bits, all of them in the file', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer(),
        (size, count, seed) => {
          const damage = bitFlips(size, count, seededRandom(seed));
          if (damage.kind !== 'flip') return false;
          const places = new Set(damage.bits.map(({ offset, bit }) => offset * 8 + bit));
          return (
            damage.bits.length === Math.min(count, size * 8) &&
            places.size === damage.bits.length &&
            damage.bits.every(({ offset, bit }) => offset >= 0 && offset < size && bit >= 0 && bit < 8)
          );
        },
      ),
    );
  });
});
