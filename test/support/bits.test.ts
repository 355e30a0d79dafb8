import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bits } from '../../src/support/bits.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 65_500, max: 65_600 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 + 40 }),
  fc.maxSafeInteger().map(Math.abs),
);
const numbers = fc.array(number, { maxLength: 200 });

function setOf(some: Iterable<number>): Bits {
  const bits = new Bits();
  for (const one of some) bits.add(one);
  return bits;
}

it('holds what a set holds', () => {
  fc.assert(
    fc.property(numbers, numbers, (some, others) => {
      const [bits, set] = [new Bits(), new Set<number>()];
      for (const one of some) {
        expect(bits.add(one)).toBe(!set.has(one));
        set.add(one);
      }
      expect(bits.size).toBe(set.size);
      for (const one of [...some, ...others]) expect(bits.has(one)).toBe(set.has(one));
      const other = new Set(others);
      expect(bits.sizeWith(setOf(others))).toBe([...set].filter((one) => other.has(one)).length);
      const left = [...set].filter((one) => !other.has(one));
      const without = bits.without(setOf(others));
      expect(without.size).toBe(left.length);
      for (const one of some) expect(without.has(one)).toBe(!other.has(one));
      const placeOf = bits.places();
      for (const [place, one] of [...set].sort((a, b) => a - b).entries()) expect(placeOf(one)).toBe(place);
      for (const one of others) if (!set.has(one)) expect(placeOf(one)).toBe(-1);
    }),
  );
});

it('needs no memory for stretches in which none is missing, and knows them still', () => {
  const bits = setOf(Array.from({ length: 3 * 65_536 }, (_, at) => at));
  expect([bits.size, bits.has(65_536), bits.has(3 * 65_536)]).toEqual([3 * 65_536, true, false]);
  expect(bits.add(70_000)).toBe(false);
  expect(bits.without(setOf([70_000])).size).toBe(3 * 65_536 - 1);
  expect(bits.has(70_000)).toBe(true);
});
