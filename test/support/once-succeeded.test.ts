import { expect, it } from 'vitest';
import { onceSucceeded } from '../../src/support/once-succeeded.ts';

it('does something once for all who ask, and again only after it has failed', async () => {
  let attempts = 0;
  const ask = onceSucceeded(() => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(new Error('no leader')) : Promise.resolve(attempts);
  });
  const [first, second] = [ask(), ask()];
  await expect(first).rejects.toThrow('no leader');
  await expect(second).rejects.toThrow('no leader');
  expect(await Promise.all([ask(), ask()])).toEqual([2, 2]);
  expect(await ask()).toBe(2);
});
