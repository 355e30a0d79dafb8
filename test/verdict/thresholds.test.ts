import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishEvent } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/reader.ts';
import { measureThresholds, type Threshold } from '../../src/verdict/thresholds.ts';
import { cleanRun } from './clean-run.ts';

const publish = (t: number, over: Partial<PublishEvent> = {}): PublishEvent => ({
  type: 'publish',
  t,
  workload: 'publish',
  stream: 'a/s',
  n: 1,
  id: 'r1/publish/1',
  outcome: 'ok',
  latencyMs: 1,
  attempts: 1,
  ...over,
});

/** The clean run's first phase lasts from 0 to 4 s, its second from 4 to 9 s. */
const measure = (threshold: Threshold, publishes: PublishEvent[] = []) =>
  measureThresholds([threshold], cleanRun().record, historyOf(publishes, {}));

const latency = (limits: object): Threshold => ({
  metric: 'publish-latency',
  workload: 'publish',
  phase: 'fault',
  ...limits,
});

describe('recovery time', () => {
  it.each([
    [900, 'met'],
    [899, 'exceeded'],
  ])('a limit of %i ms is %s', (maxMs, outcome) => {
    expect(measure({ metric: 'recovery-time', phase: 'recovery', maxMs })[0]).toMatchObject({
      measured: 900,
      outcome,
    });
  });

  it('is unmeasured where no recovery was seen, or no such phase', () => {
    for (const phase of ['fault', 'nowhere']) {
      const [result] = measure({ metric: 'recovery-time', phase, maxMs: 9e9 });
      expect(result).toMatchObject({ measured: null, outcome: 'unmeasured' });
    }
  });
});

describe('publish latency', () => {
  it('measures by nearest rank, exactly, one result for each limit', () => {
    const publishes = Array.from({ length: 100 }, (_, at) => publish(at, { latencyMs: at + 1 }));
    const results = measure(latency({ p50Ms: 50, p90Ms: 89, p99Ms: 99, maxMs: 99 }), publishes);
    expect(results.map(({ metric, measured, outcome }) => [metric, measured, outcome])).toEqual([
      ['publish-latency p50', 50, 'met'],
      ['publish-latency p90', 90, 'exceeded'],
      ['publish-latency p99', 99, 'met'],
      ['publish-latency max', 100, 'exceeded'],
    ]);
  });

  it('takes what was sent within the phase, and by that workload', () => {
    const publishes = [
      publish(0, { latencyMs: 9_000 }),
      publish(4_000, { latencyMs: 1 }),
      publish(10, { latencyMs: 1, workload: 'another' }),
    ];
    expect(measure(latency({ maxMs: 1 }), publishes)[0]).toMatchObject({
      measured: 9_000,
      outcome: 'exceeded',
    });
  });

  it('counts a publish without an answer as slower than any limit', () => {
    const publishes = [
      ...Array.from({ length: 98 }, (_, at) => publish(at)),
      publish(99, { outcome: 'unknown' }),
      publish(99),
    ];
    const [p90, p999] = measure(latency({ p90Ms: 5, p999Ms: 1e9 }), publishes);
    expect(p90).toMatchObject({ measured: 1, outcome: 'met' });
    expect(p999).toMatchObject({ measured: null, outcome: 'exceeded' });
    expect(p999?.statement).toMatch(/without bound.*1 of them never answered/);
  });

  it('leaves refused publishes out, and says so', () => {
    const publishes = [publish(1), publish(2, { outcome: 'failed' })];
    expect(measure(latency({ p99Ms: 5 }), publishes)[0]?.statement).toMatch(/over 1 publishes.*1 refused/);
    expect(measure(latency({ p99Ms: 5 }), publishes.slice(1))[0]).toMatchObject({
      measured: null,
      outcome: 'unmeasured',
    });
  });

  it('never measures less for a higher percentile', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const publishes = values.map((latencyMs) => publish(1, { latencyMs }));
        const limits = latency({ p50Ms: 1, p90Ms: 1, p99Ms: 1, p999Ms: 1, maxMs: 1 });
        const measured = measure(limits, publishes).map((result) => result.measured ?? NaN);
        expect(measured).toEqual([...measured].sort((a, b) => a - b));
        expect(measured.at(-1)).toBe(Math.max(...values));
      }),
    );
  });
});

describe('publish errors', () => {
  const share = (max: number): Threshold => ({
    metric: 'publish-errors',
    workload: 'publish',
    phase: 'fault',
    max,
  });

  it('is the share of refused and unanswered publishes', () => {
    const publishes = [
      publish(1),
      publish(2, { outcome: 'failed' }),
      publish(3, { outcome: 'unknown' }),
      publish(4),
    ];
    expect(measure(share(0.5), publishes)[0]).toMatchObject({ measured: 0.5, outcome: 'met' });
    expect(measure(share(0.49), publishes)[0]?.outcome).toBe('exceeded');
  });

  it('carries the tolerance that the experiment states, for whoever compares runs', () => {
    expect(measure({ ...share(1), tolerance: 0.25 })[0]).toMatchObject({ tolerance: 0.25 });
    expect(measure(share(1))[0]).not.toHaveProperty('tolerance');
  });

  it('is unmeasured when nothing was published', () => {
    expect(measure(share(1))[0]).toMatchObject({ measured: null, outcome: 'unmeasured' });
  });
});
