import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callAfter, LONGEST_TIMER_MS } from '../../src/support/long-timer.ts';

const DAY_MS = 24 * 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it.each([0, 1, 1_000, LONGEST_TIMER_MS, LONGEST_TIMER_MS + 1, 100 * DAY_MS])(
  'calls once after %d ms, and not before',
  (ms) => {
    let calls = 0;
    callAfter(ms, () => (calls += 1));
    vi.advanceTimersByTime(Math.max(0, ms - 1));
    if (ms > 1) expect(calls).toBe(0);
    vi.advanceTimersByTime(2);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(200 * DAY_MS);
    expect(calls).toBe(1);
  },
);

it('calls nothing a fraction of a millisecond too soon', async () => {
  vi.useRealTimers();
  for (let ms = 1; ms < 6; ms += 0.3) {
    const began = performance.now();
    await new Promise<void>((resolve) => callAfter(ms, resolve));
    expect(performance.now() - began).toBeGreaterThanOrEqual(ms);
  }
});

it('asks no timer for more than Node.js can wait', () => {
  const asked = vi.spyOn(globalThis, 'setTimeout');
  callAfter(100 * DAY_MS, () => undefined);
  vi.advanceTimersByTime(100 * DAY_MS);
  const times = asked.mock.calls.map(([, ms = 0]) => ms);
  // Restored later, it would put the timer that does not run back, for every file that comes after this one.
  asked.mockRestore();
  expect(times.length).toBeGreaterThan(1);
  expect(Math.max(...times)).toBeLessThanOrEqual(LONGEST_TIMER_MS);
});

it.each([10, 10 * DAY_MS, 100 * DAY_MS])('calls nothing that was called off, after %d ms', (ms) => {
  let calls = 0;
  const callOff = callAfter(ms, () => (calls += 1));
  vi.advanceTimersByTime(ms - 1);
  callOff();
  vi.advanceTimersByTime(200 * DAY_MS);
  expect(calls).toBe(0);
});
