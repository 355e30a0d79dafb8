import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { complainAndCode } from '../../src/cli/endings.ts';
import { throwIfAborted } from '../../src/support/deadline.ts';

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('what %s interrupts before it has begun ends with the exit code %i', (signal, code) => {
  let thrown: unknown;
  try {
    throwIfAborted(AbortSignal.abort(signal));
  } catch (error) {
    thrown = error;
  }
  expect(complainAndCode(thrown)).toBe(code);
});
