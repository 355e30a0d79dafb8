import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../src/probes/probe.ts';
import { Sampler } from '../../../src/run/readings/sampler.ts';
import { until } from '../../../src/support/deadline.ts';

it('keeps to its grid after a late round, and says how late it was', async () => {
  const began = performance.now();
  const ctx = {
    progress: () => ({ done: 1, failed: 0, unknown: 0, paused: false, finished: false }),
    signal: new AbortController().signal,
  } as unknown as ProbeContext;
  const plan = { id: 'p', kind: 'workload-progress', target: 'w', unit: '', options: { workload: 'w' } };
  const sampler = new Sampler([plan], ctx, () => performance.now() - began);
  sampler.start(20);
  const samples = () => sampler.samples('p').length;
  await until(() => Promise.resolve(samples() >= 3), { timeoutMs: 30_000, everyMs: 1, what: 'readings' });
  const from = performance.now();
  while (performance.now() - from < 90); // holds up everything
  const before = samples();
  await until(() => Promise.resolve(samples() >= before + 3), {
    timeoutMs: 30_000,
    everyMs: 1,
    what: 'readings after it',
  });
  await sampler.stop();
  const { rounds, lateMaxMs } = sampler.punctuality();
  expect(rounds).toBe(samples());
  // Of the rounds that were due meanwhile one was made, late; the others were not made up for.
  expect(lateMaxMs).toBeGreaterThan(60);
  expect(rounds).toBeLessThanOrEqual(1 + Math.floor((performance.now() - began) / 20));
});
