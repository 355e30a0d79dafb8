import { expect, it } from 'vitest';
import { timeFor } from '../../../src/cli/reduce/tries.ts';

it.each([
  [3, 0, 5_000, 0],
  [0, 4, 40_000, 0],
  [3, 4, 40_000, 30_000],
])('%d runs after %d in %d ms take %d ms more', (count, runs, elapsedMs, expected) => {
  expect(timeFor(count, runs, elapsedMs)).toBe(expected);
});
