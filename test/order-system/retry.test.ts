import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  OutOfTime,
  pauseAfter,
  withRetries,
  type RetryOptions,
} from '../../environments/order-system/retry.ts';

/** A clock that only sleeping and attempts move. */
function clock() {
  let at = 0;
  return {
    now: () => at,
    sleep: (ms: number) => {
      at += ms;
      return Promise.resolve();
    },
    pass: (ms: number) => void (at += ms),
  };
}

const OPTIONS = {
  deadlineMs: 1_000,
  attemptMs: 300,
  attempts: 5,
  pauseMs: 100,
  longestPauseMs: 250,
  random: () => 1,
};

function optionsOf(
  { now, sleep }: ReturnType<typeof clock>,
  others: Partial<RetryOptions> = {},
): RetryOptions {
  return { ...OPTIONS, now, sleep, ...others };
}

describe('attempts within a deadline', () => {
  it('end with the first success', async () => {
    const time = clock();
    const answer = await withRetries(optionsOf(time), (_left, number) =>
      number < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(`attempt ${number}`),
    );
    expect(answer).toBe('attempt 3');
    expect(time.now()).toBe(100 + 200);
  });

  it('are so many at most, and the last failure is named', async () => {
    const tried: number[] = [];
    const failing = withRetries(optionsOf(clock(), { attempts: 3 }), (_left, number) => {
      tried.push(number);
      return Promise.reject(new Error(`no ${number}`));
    });
    await expect(failing).rejects.toThrow(new OutOfTime(3, new Error('no 3')));
    expect(tried).toEqual([1, 2, 3]);
  });

  it('are given what is left of the deadline, and never more than one attempt may take', async () => {
    const time = clock();
    const left: number[] = [];
    const failing = withRetries(optionsOf(time, { attempts: 100 }), (timeLeftMs) => {
      left.push(timeLeftMs);
      time.pass(timeLeftMs);
      return Promise.reject(new Error('late'));
    });
    await expect(failing).rejects.toThrow(OutOfTime);
    // 300 and a pause of 100, 300 and a pause of 200: 100 are left.
    expect(left).toEqual([300, 300, 100]);
    expect(time.now()).toBe(1_000);
  });

  it('never end after the deadline and one pause', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (takes, random) => {
          const time = clock();
          const failing = withRetries(
            optionsOf(time, { attempts: 30, random: () => random }),
            (left, number) => {
              time.pass(Math.min(left, takes[number % takes.length] ?? 0));
              return Promise.reject(new Error('no'));
            },
          );
          await expect(failing).rejects.toThrow(OutOfTime);
          expect(time.now()).toBeLessThanOrEqual(OPTIONS.deadlineMs);
        },
      ),
    );
  });
});

describe('the pause between attempts', () => {
  it('doubles up to its limit, half of it by chance', () => {
    const most = [1, 2, 3, 4].map((n) => pauseAfter(n, { ...OPTIONS, random: () => 1 }));
    expect(most).toEqual([100, 200, 250, 250]);
    expect(pauseAfter(1, { ...OPTIONS, random: () => 0 })).toBe(50);
  });
});
