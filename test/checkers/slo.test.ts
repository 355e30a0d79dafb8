import { expect, test } from 'vitest';
import type { HistoryEvent, Outcome } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';

interface Request {
  t: number;
  outcome?: Outcome;
  latencyMs?: number;
}

const FAULTS = [
  { title: 'kill lb/1', injectedAt: 10_000, removedAt: 12_000 },
  { title: 'isolate redis/1', injectedAt: 20_000, removedAt: 22_000 },
];

function judged(requests: readonly Request[], objectives: Record<string, unknown>, faults = FAULTS) {
  const events = requests.map(({ t, outcome = 'ok', latencyMs = 10 }, at): HistoryEvent => {
    const base = { type: 'publish', workload: 'p', stream: '', attempts: 1 } as const;
    return { ...base, t, n: at + 1, id: `run/p/${at + 1}`, outcome, latencyMs };
  });
  const history = historyOf(events, { p: { kind: 'http', target: 'POST lb /orders' } });
  const options = { kind: 'slo', workload: 'p', ...objectives };
  return runChecks(history, [{ kind: 'slo', options }], { faults })[0];
}

/** One every 10 ms from 0 to `seconds`. */
const steady = (seconds: number, change: (t: number) => Partial<Request> = () => ({})): Request[] =>
  Array.from({ length: seconds * 100 }, (_, at) => ({ t: at * 10, ...change(at * 10) }));

test('the budget is used up by the faults that were in force, and by what follows them', () => {
  const failing = [10_500, 11_000, 20_100, 12_500];
  const found = judged(
    steady(30, (t) => (failing.includes(t) ? { outcome: t === 20_100 ? 'unknown' : 'failed' } : {})),
    { availability: 0.99 },
  );
  expect(found?.verdict).toBe('pass');
  expect(found?.budgets).toMatchObject([
    {
      operations: 3000,
      bad: 4,
      by: [
        { cause: 'kill lb/1', bad: 2 },
        { cause: 'after kill lb/1', bad: 1 },
        { cause: 'isolate redis/1', bad: 1 },
      ],
    },
  ]);
  const [budget] = found?.budgets ?? [];
  expect(budget?.burnt).toBeCloseTo(4 / 30);
  expect(budget?.left).toHaveLength(30);
  expect(budget?.left.at(-1)).toBeCloseTo(1 - 4 / 30);
});

test('a time of the given length that uses up more than its own fails, although the whole run would not', () => {
  const burst = steady(30, (t) => (t >= 10_000 && t < 10_100 ? { outcome: 'failed' } : {}));
  expect(judged(burst, { availability: 0.99 })?.verdict).toBe('pass');
  const found = judged(burst, { availability: 0.99, over: 5000 });
  expect(found).toMatchObject({ verdict: 'fail', counts: { requests: 3000, 'not accepted': 10 } });
  expect(found?.budgets?.[0]?.worst).toMatchObject({ operations: 500, bad: 10 });
  expect(found?.budgets?.[0]?.worst.burnt).toBeCloseTo(2);
  expect(found?.examples[0]).toMatchObject({ id: 'run/p/1001', t: 10_000 });
});

test('one request without an answer is slower than any limit, and one that was refused has no latency', () => {
  const slow = (outcome: Outcome) => steady(1, (t) => (t < 60 ? { outcome } : {}));
  expect(judged(slow('unknown'), { p95: 120 })?.verdict).toBe('fail');
  expect(judged(slow('failed'), { p95: 120 })?.verdict).toBe('pass');
});

test.each([
  [5, 'pass'],
  [6, 'fail'],
])('of 100 requests %i are too slow: %s', (count, verdict) => {
  const found = judged(
    steady(1, (t) => (t < count * 10 ? { latencyMs: 121 } : { latencyMs: 120 })),
    { p95: 120 },
  );
  expect(found?.verdict).toBe(verdict);
});

test('where nothing may be bad, one that is breaks it', () => {
  const found = judged(
    steady(1, (t) => (t === 0 ? { outcome: 'failed' } : {})),
    { availability: 1 },
  );
  expect(found).toMatchObject({ verdict: 'fail', budgets: [{ allowed: 0, burnt: 1 }] });
});

test('without a request nothing can be said, nor of a latency with few', () => {
  expect(judged([], { availability: 0.5 })?.verdict).toBe('inconclusive');
  expect(judged(steady(1).slice(0, 19), { p95: 120 })?.verdict).toBe('inconclusive');
  expect(judged(steady(1).slice(0, 19), { availability: 0.5 })?.verdict).toBe('pass');
});
