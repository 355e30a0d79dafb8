import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { leastOf } from '../../../src/faults/links/round-trips.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Measurements that take as long as what they measure. */
function measurements(...times: (number | null)[]) {
  const left = [...times];
  return vi.fn(async () => {
    const ms = left.shift() ?? null;
    await vi.advanceTimersByTimeAsync(ms ?? 0);
    return ms;
  });
}

it.each([
  ['the least of four of a fast link', [3, 1, 2, 4, 0], 1, 4],
  ['a second one, where the first met a busy moment', [665, 2, 3, 0], 2, 2],
  ['two of a slow link', [400, 410, 0], 400, 2],
  ['nothing, where one has no answer', [2, null, 1, 1], null, 2],
])('takes %s', async (_what, times, least, calls) => {
  const measure = measurements(...times);
  expect(await leastOf(measure)).toBe(least);
  expect(measure).toHaveBeenCalledTimes(calls);
});
