import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Steps } from '../../src/checkers/over-time.ts';

test('cases are counted in at most 128 steps, of the shortest length that is enough', () => {
  const times = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(times, (all) => {
      const steps = new Steps();
      for (const t of all) steps.add(t);
      const { everyMs, counts, what } = steps.overTime('lost')!;
      expect(what).toBe('lost');
      const last = Math.max(...all);
      expect(counts.length).toBe(Math.floor(last / everyMs) + 1);
      expect(counts.length).toBeLessThanOrEqual(128);
      if (everyMs > 100) expect(last).toBeGreaterThanOrEqual((everyMs / 2) * 128);
      for (const [at, count] of counts.entries())
        expect(count).toBe(all.filter((t) => Math.floor(t / everyMs) === at).length);
    }),
  );
});

test('nothing has no steps', () => {
  expect(new Steps().overTime('lost')).toBeUndefined();
});
