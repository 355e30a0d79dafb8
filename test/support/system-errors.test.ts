import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { ChaosError } from '../../src/support/errors.ts';
import { asChaosError, isOwnTrouble } from '../../src/support/system-errors.ts';

test('what the operating system refuses says what, where, and what to do about it', () => {
  const thrown = caught(() => writeFileSync('/dev/full', 'x'));
  const error = asChaosError(thrown, 'the report cannot be written');
  expect([error.code, error.message]).toEqual([
    'resources',
    'the report cannot be written: no space is left on the device (ENOSPC, write)',
  ]);
  expect(error.hint).toContain('free some space');
  expect(isOwnTrouble(thrown)).toBe(true);
});

// A machine without descriptors, or whose device fails, cannot be had for a fast test; real ones are in test/e2e.
test.each([
  ['ENFILE', 'the machine has no file descriptors left', 'fs.file-max'],
  ['EMFILE', 'the program has no file descriptors left', 'ulimit -n'],
  ['EIO', 'the device has failed', 'dmesg'],
  ['EDQUOT', 'the disk quota is used up', 'free some space'],
  ['EROFS', 'the filesystem is read-only', 'write elsewhere'],
])('%s is trouble of the program, and comes with what to do', (code, what, hint) => {
  const thrown = Object.assign(new Error(`${code}: as libuv says it`), { code, syscall: 'open', path: '/x' });
  const error = asChaosError(thrown, 'the report cannot be written');
  expect([error.code, error.message]).toEqual([
    'resources',
    `the report cannot be written: /x: ${what} (${code}, open)`,
  ]);
  expect(error.hint).toContain(hint);
  expect(isOwnTrouble(thrown)).toBe(true);
});

const EDQUOT = -constants.errno.EDQUOT;
test.each(['UNKNOWN', `Unknown system error ${EDQUOT}`])(
  'a quota that is used up has a name here: %s',
  (code) => {
    const thrown = Object.assign(new Error(`${code}: ${code}, write`), {
      errno: EDQUOT,
      code,
      syscall: 'write',
    });
    expect(asChaosError(thrown, 'the report cannot be written')).toMatchObject({
      code: 'resources',
      message: 'the report cannot be written: the disk quota is used up (EDQUOT, write)',
      hint: expect.stringContaining('free some space') as string,
    });
    expect(isOwnTrouble(thrown)).toBe(true);
  },
);

test('it is found below what was made of it, and below several', () => {
  const emfile = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE', syscall: 'connect' });
  const fetched = new TypeError('fetch failed', { cause: new AggregateError([new Error('other'), emfile]) });
  const wrapped = new ChaosError('failed', 'http://127.0.0.1/varz: fetch failed', { cause: fetched });
  expect(isOwnTrouble(wrapped)).toBe(true);
  expect(asChaosError(wrapped).hint).toContain('ulimit -n');
});

test('a right that is missing, a server that refuses and words of our own are no trouble of the program', () => {
  for (const code of ['EACCES', 'ECONNREFUSED', 'ENOENT'])
    expect(isOwnTrouble(Object.assign(new Error(code), { code }))).toBe(false);
  expect(isOwnTrouble(new ChaosError('timeout', 'no answer'))).toBe(false);
  expect(isOwnTrouble('ENOSPC')).toBe(false);
});

test('what nobody expected is a crash, and asks to be reported', () => {
  const error = asChaosError(new TypeError('x is not a function'));
  expect([error.code, error.message]).toEqual(['crash', 'an unexpected error: x is not a function']);
  expect(error.hint).toContain('--debug');
  const own = new ChaosError('timeout', 'no answer', { hint: 'wait' });
  expect(asChaosError(own)).toBe(own);
});

function caught(work: () => void): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}
