import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishEvent } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { measureThresholds, type Threshold } from '../../src/verdict/thresholds.ts';
import { kvHistory, type Op } from '../checkers/kv/history.ts';
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

describe('recovery time of a steady state that was never seen lost', () => {
  const neverLost = (allowNeverLost?: boolean) => {
    const { record } = cleanRun();
    const recovery = record.phases[1]!;
    delete recovery.recoveryMs;
    recovery.recovery = { outcome: 'never-lost', readings: 12 };
    const threshold: Threshold = { metric: 'recovery-time', phase: 'recovery', maxMs: 9e9 };
    const [result] = measureThresholds(
      [{ ...threshold, ...(allowNeverLost === undefined ? {} : { allowNeverLost }) }],
      record,
      historyOf([], {}),
    );
    return result;
  };

  it('is an outcome of its own, without a time', () => {
    for (const allowed of [undefined, false]) {
      expect(neverLost(allowed)).toMatchObject({ measured: null, outcome: 'never-lost' });
    }
    expect(neverLost()?.statement).toMatch(/never seen lost: all 12 readings held.*nothing to recover from/);
  });

  it('is met where the experiment says that it may be so', () => {
    expect(neverLost(true)).toMatchObject({ measured: null, outcome: 'met' });
    expect(neverLost(true)?.statement).toMatch(/which the experiment accepts$/);
  });
});

describe('unavailability', () => {
  const mark = (t: number, what: 'started' | 'stopped') =>
    ({ type: 'workload', t, workload: 'publish', mark: what }) as const;
  // Nothing succeeds from 3.5 s to 6 s.
  const publishes = [...Array(350).keys(), ...Array.from({ length: 300 }, (_, at) => 600 + at)].map((at) =>
    publish(at * 10),
  );
  const limit = (maxMs: number, phase?: string): Threshold => ({
    metric: 'unavailability',
    workload: 'publish',
    maxMs,
    ...(phase === undefined ? {} : { phase }),
  });
  const found = (
    threshold: Threshold,
    events = [mark(0, 'started'), ...publishes, mark(9000, 'stopped')],
  ) => {
    const facts = { publish: { kind: 'publish', target: 'a/s', everyMs: 10 } };
    return measureThresholds([threshold], cleanRun().record, historyOf(events, facts))[0];
  };

  it('is the longest time without a success, of the run or of what reaches into a phase', () => {
    expect(found(limit(2501))).toMatchObject({ measured: 2501, outcome: 'met', subject: 'publish' });
    expect(found(limit(2500))).toMatchObject({ measured: 2501, outcome: 'exceeded' });
    // Whole, although the phase ends at 4 s; and from 4 s on in the next one.
    expect(found(limit(2500, 'fault'))).toMatchObject({
      measured: 2501,
      outcome: 'exceeded',
      phase: 'fault',
    });
    expect(found(limit(2500, 'recovery'))).toMatchObject({ measured: 2001, outcome: 'met' });
    expect(found(limit(1))?.statement).toBe(
      'no success for 2.5 s at longest, from 3.5 s on; the limit is 1 ms',
    );
  });

  it('is unmeasured where nothing was due, too little was, or the phase was never begun', () => {
    for (const events of [[], [publish(1)], [mark(0, 'started')], publishes]) {
      expect(found(limit(9e9), events)).toMatchObject({ measured: null, outcome: 'unmeasured' });
    }
    expect(found(limit(9e9, 'nowhere'))).toMatchObject({ measured: null, outcome: 'unmeasured' });
  });
});

describe('publish latency', () => {
  it('measures by nearest rank, at most 1 % above the true figure, one result for each limit', () => {
    const publishes = Array.from({ length: 100 }, (_, at) => publish(at, { latencyMs: at + 1 }));
    const results = measure(latency({ p50Ms: 50.5, p90Ms: 89, p99Ms: 99.99, maxMs: 99 }), publishes);
    expect(results.map(({ metric, measured, outcome }) => [metric, measured, outcome])).toEqual([
      ['publish-latency p50', 50.175, 'met'],
      ['publish-latency p90', 90.111, 'exceeded'],
      ['publish-latency p99', 99.327, 'met'],
      ['publish-latency max', 100.351, 'exceeded'],
    ]);
  });

  it('takes what was sent within the phase, and by that workload', () => {
    const publishes = [
      publish(0, { latencyMs: 9_000 }),
      publish(4_000, { latencyMs: 1 }),
      publish(10, { latencyMs: 1, workload: 'another' }),
    ];
    expect(measure(latency({ maxMs: 1 }), publishes)[0]).toMatchObject({
      measured: 9_043.967,
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
    expect(p90).toMatchObject({ measured: 1.003, outcome: 'met' });
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
        // The histogram knows whole microseconds.
        const longest = Math.max(...values);
        expect(measured.at(-1)).toBeGreaterThanOrEqual(longest - 0.001);
        expect(measured.at(-1)).toBeLessThanOrEqual(longest * 1.01 + 0.001);
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

describe('latency and errors of operations on keys', () => {
  const found = (threshold: object, ops: readonly Op[]) =>
    measureThresholds(
      [{ workload: 'kv', phase: 'fault', ...threshold } as Threshold],
      cleanRun().record,
      kvHistory(ops),
    )[0];
  const OPS: readonly Op[] = [
    { op: 'put', t: 1, end: 11, value: 1, revision: 1 },
    { op: 'get', t: 2, end: 32, value: 1, revision: 1 },
    // An answer as good as any.
    {
      op: 'update',
      t: 3,
      end: 53,
      value: 2,
      expected: 7,
      status: { outcome: 'failed', refused: 'revision' },
    },
    { op: 'get', t: 4, end: 104, status: { outcome: 'failed' } },
    // No operations of clients.
    { op: 'watch', t: 5, value: 1, revision: 1 },
    { op: 'put', t: 6, end: 906, value: 3, revision: 3, status: { initial: true } },
    // In another phase.
    { op: 'get', t: 4500, end: 4900, value: 1, revision: 1 },
  ];

  it('counts reads and writes, and refusals of conditions, in their phase', () => {
    expect(found({ metric: 'latency', maxMs: 60 }, OPS)).toMatchObject({
      metric: 'latency max',
      outcome: 'met',
      statement: expect.stringMatching(
        /over 3 operations; .*; 1 refused operations are not counted/,
      ) as string,
    });
    expect(found({ metric: 'latency', maxMs: 49 }, OPS)?.outcome).toBe('exceeded');
    expect(found({ metric: 'errors', max: 0.25 }, OPS)).toMatchObject({ measured: 0.25, outcome: 'met' });
    expect(found({ metric: 'errors', max: 0.2 }, OPS)?.outcome).toBe('exceeded');
  });

  it('takes an operation without an answer as slower than any limit', () => {
    const silent: Op = { op: 'put', t: 7, end: 2007, value: 4, status: { outcome: 'unknown' } };
    const results = found({ metric: 'latency', maxMs: 9e9 }, [...OPS, silent]);
    expect(results).toMatchObject({ measured: null, outcome: 'exceeded' });
    expect(results?.statement).toMatch(/over 4 operations, 1 of them never answered/);
  });

  it('is unmeasured without an operation', () => {
    for (const limit of [
      { metric: 'latency', maxMs: 9e9 },
      { metric: 'errors', max: 1 },
    ])
      expect(found(limit, OPS.slice(4))).toMatchObject({ measured: null, outcome: 'unmeasured' });
  });
});
