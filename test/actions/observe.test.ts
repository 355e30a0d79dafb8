import { expect, it } from 'vitest';
import { observeUntil } from '../../src/actions/observe.ts';

const looking = (shown: boolean[], looks?: number) => {
  let at = 0;
  return observeUntil({
    observe: () => Promise.resolve(at++),
    holds: (now) => shown[now] ?? false,
    describe: (now) => `look ${now}`,
    ...(looks === undefined ? {} : { looks }),
    timeoutMs: 1_000,
    signal: new AbortController().signal,
  });
};

it('takes the first look that shows the effect', async () => {
  await expect(looking([false, true, false])).resolves.toBe('look 1');
});

it('counts looks anew when one no longer shows the effect', async () => {
  await expect(looking([true, true, false, true, true, true], 3)).resolves.toBe('look 5');
});

it('says what it saw last when the effect does not stay', async () => {
  await expect(looking([true, true], 3)).rejects.toThrow(/^no effect within 1000 ms: look \d+$/);
});
