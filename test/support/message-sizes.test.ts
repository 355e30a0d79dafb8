import { expect, test } from 'vitest';
import { sizesOf } from '../../src/support/message-sizes.ts';

const COUNT = 20_000;

test('sizes are evenly spread from the smallest to the largest', () => {
  const sizes = sized({ min: 100, max: 299, seed: 1 });
  expect(Math.min(...sizes)).toBe(100);
  expect(Math.max(...sizes)).toBe(299);
  for (const from of [100, 150, 200, 250]) {
    const share = sizes.filter((size) => size >= from && size < from + 50).length / COUNT;
    expect(share).toBeCloseTo(0.25, 1);
  }
});

test('sizes of a normal distribution have its mean and deviation, and stay within the bounds', () => {
  const sizes = sized({ min: 64, max: 10_000, mean: 5000, deviation: 500, seed: 3 });
  const mean = sizes.reduce((sum, size) => sum + size, 0) / COUNT;
  const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / COUNT);
  expect(Math.abs(mean - 5000)).toBeLessThan(25);
  expect(Math.abs(deviation - 500)).toBeLessThan(25);
  const cut = sized({ min: 4900, max: 5100, mean: 5000, deviation: 500, seed: 3 });
  expect([Math.min(...cut), Math.max(...cut)]).toEqual([4900, 5100]);
});

test('each choice is as likely, and the same number always has the same size', () => {
  const sizes = sized({ choices: [100, 200, 200, 400], seed: 9 });
  expect(sizes.filter((size) => size === 200).length / COUNT).toBeCloseTo(0.5, 1);
  expect(sized({ choices: [100, 200, 200, 400], seed: 9 })).toEqual(sizes);
  expect(sized({ choices: [100, 200, 200, 400], seed: 10 })).not.toEqual(sizes);
});

function sized(size: Parameters<typeof sizesOf>[0]): number[] {
  const { of } = sizesOf(size);
  return Array.from({ length: COUNT }, (_, at) => of(at + 1));
}
