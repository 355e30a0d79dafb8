import { expect, it } from 'vitest';
import { callAfter, LONGEST_TIMER_MS } from '../../src/support/long-timer.ts';
import { sleep } from '../../src/support/deadline.ts';

it.each([LONGEST_TIMER_MS, 3, 1])(
  'calls once, and not a fraction of a millisecond too soon, with timers of %d ms',
  async (longestMs) => {
    for (let ms = 0; ms < 9; ms += 1.3) {
      const began = performance.now();
      let calls = 0;
      await new Promise<void>((done) => {
        callAfter(
          ms,
          () => {
            calls += 1;
            done();
          },
          longestMs,
        );
      });
      expect(performance.now() - began).toBeGreaterThanOrEqual(ms);
      expect(calls).toBe(1);
    }
  },
);

it.each([LONGEST_TIMER_MS + 1, 10 * LONGEST_TIMER_MS, Infinity])(
  'does not call at once what is due after %d ms, as a timer of Node.js would',
  async (ms) => {
    let calls = 0;
    const callOff = callAfter(ms, () => (calls += 1));
    await sleep(20);
    callOff();
    expect(calls).toBe(0);
  },
);

it.each([LONGEST_TIMER_MS, 2])(
  'calls nothing that was called off, with timers of %d ms',
  async (longestMs) => {
    let calls = 0;
    const callOff = callAfter(15, () => (calls += 1), longestMs);
    callOff();
    await sleep(30);
    expect(calls).toBe(0);
  },
);
