import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/history/record.ts';
import { whyGone } from '../../../src/run/readings/steady-state.ts';

const GONE = 'z/s: stream not found';

/** Readings a second apart, from 1 s on. */
function readings(...errors: (string | undefined)[]): Sample[] {
  return errors.map((error, at) => ({
    t: (at + 1) * 1_000,
    ...(error === undefined ? { value: 3 } : { error }),
  }));
}
const times = (count: number, error: string): string[] => Array.from({ length: count }, () => error);

describe('a stream is gone', () => {
  it('once the servers have said so for long enough', () => {
    expect(whyGone(readings(undefined, ...times(16, GONE)), 0)).toBe(`${GONE}, for 15 s`);
    expect(whyGone(readings(undefined, ...times(15, GONE)), 0)).toBeNull();
  });

  it('not where it was read in between, where nobody answered, nor for what was said before it is waited for', () => {
    expect(whyGone(readings(...times(16, GONE), undefined, ...times(5, GONE)), 0)).toBeNull();
    expect(whyGone(readings(...times(10, GONE), 'z/s: no node answered', ...times(10, GONE)), 0)).toBeNull();
    expect(whyGone(readings(...times(20, 'z/s: no node answered')), 0)).toBeNull();
    expect(whyGone(readings(...times(20, GONE)), 10_000)).toBeNull();
    expect(whyGone([], 0)).toBeNull();
  });
});
