import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawableOf } from '../../src/experiment/resolve/drawable.ts';
import { drawValue } from '../../src/explore/values.ts';
import { seededRandom } from '../../src/support/random.ts';
import { exactDuration, UNITS } from '../../src/support/units.ts';

describe('a drawable', () => {
  it('is a list of values, a range, or one value', () => {
    expect(drawableOf({ type: 'string' }, 'z@any')).toEqual({ values: ['z@any'] });
    expect(drawableOf({ type: ['string', 'array'] }, ['a', 'b'])).toEqual({ values: ['a', 'b'] });
    expect(drawableOf({ type: 'array' }, ['a', 'b'])).toEqual({ values: [['a', 'b']] });
    expect(
      drawableOf({ type: 'array' }, [
        ['a', 'b'],
        ['c', 'd'],
      ]),
    ).toEqual({
      values: [
        ['a', 'b'],
        ['c', 'd'],
      ],
    });
    expect(drawableOf({ type: 'integer' }, '1..3')).toMatchObject({ unit: 'integer', from: 1, to: 3 });
    expect(drawableOf({ type: 'string', 'x-unit': 'duration' }, '500ms..8s')).toMatchObject({
      ...{ unit: 'duration', from: 500, to: 8_000 },
    });
    // Where there is no unit, two dots are a text like any other.
    expect(drawableOf({ type: 'string' }, 'a..b')).toEqual({ values: ['a..b'] });
  });

  it('gives values within its range, written as a file has them', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }));
    fc.assert(
      fc.property(range, fc.nat(), ([from, more], seed) => {
        const texts = [from, from + more].map((ms) => exactDuration(ms)).join('..');
        const value = drawValue(drawableOf({ 'x-unit': 'duration' }, texts), seededRandom(seed));
        const ms = UNITS.duration.parse(String(value));
        expect(ms).toBeGreaterThanOrEqual(from);
        expect(ms).toBeLessThanOrEqual(from + more);
        const size = drawValue(
          drawableOf({ 'x-unit': 'size' }, `${from}B..${from + more}B`),
          seededRandom(seed),
        );
        expect(UNITS.size.parse(String(size))).toBeGreaterThanOrEqual(from);
        expect(UNITS.size.parse(String(size))).toBeLessThanOrEqual(from + more);
        const rate = drawValue(
          drawableOf({ 'x-unit': 'rate' }, `${from}/s..${from + more}/s`),
          seededRandom(seed),
        );
        expect(UNITS.rate.parse(String(rate))).toBeLessThanOrEqual(from + more);
        const whole = drawValue(
          drawableOf({ type: 'integer' }, `${from}..${from + more}`),
          seededRandom(seed),
        );
        expect(whole).toSatisfy((n: number) => Number.isInteger(n) && n >= from && n <= from + more);
      }),
    );
  });
});
