import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import { DELIVERED, DeliveryLog } from '../../src/history/delivery-log.ts';
import type { AnyStatus, OperationStatus } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { OperationLog } from '../../src/history/operation-log.ts';
import { REQUEST_OPERATIONS } from '../../src/history/operations.ts';
import { ACKNOWLEDGED, PublishLog } from '../../src/history/publish-log.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import { DELIVERIES, FOREIGN, OPERATIONS, PUBLISHES } from '../../src/history/tables/table.ts';

const OK: OperationStatus = { outcome: 'ok' };
const LATE: OperationStatus = { outcome: 'unknown', error: 'timeout' };
const NOBODY: OperationStatus = {
  outcome: 'failed',
  reason: 'no-responders',
  error: 'there was nobody to answer',
};
const ERROR: OperationStatus = { outcome: 'failed', reason: 'error', error: 'on purpose (500)' };

/** Of workload `q`, request 1, 2, 3 … and the numbers of those that came to `r`; 0 stands for one of others. */
function answered(statuses: readonly OperationStatus[], handled: readonly number[], options = {}): Finding {
  const table = new MemoryTable(OPERATIONS);
  const known: AnyStatus[] = [];
  const log = new OperationLog(table, 'q', REQUEST_OPERATIONS, (event) => {
    if (event.type === 'status') known[event.code] = event.status;
  });
  statuses.forEach((status, at) => {
    const times = { t: at, lateMs: 0, latencyMs: 1 };
    log.append({ ...times, client: 0, op: 'request', key: 's', by: 0, value: at + 1, status });
  });
  const history = {
    ...came({ r: handled }),
    operations: () => [table.rows()],
    operationStatuses: () => known as OperationStatus[],
    operationKeys: () => ['s'],
  };
  return judge(history, { kind: 'answered', options: { requested: ['q'], replied: ['r'], ...options } });
}

/** What was sent by `q`, false for what was not, and the numbers of what came to each workload. */
function once(sent: readonly boolean[], received: Record<string, readonly number[]>, options = {}): Finding {
  return sentOnce('at-most-once', sent, received, options);
}

function sentOnce(
  kind: string,
  sent: readonly boolean[],
  received: Record<string, readonly number[]>,
  options = {},
): Finding {
  const table = new MemoryTable(PUBLISHES);
  const known: AnyStatus[] = [];
  const log = new PublishLog(table, 'q', ({ code, status }) => (known[code] = status));
  sent.forEach((isOk, at) => {
    const failed = { outcome: 'failed' as const, attempts: 1, error: 'it had no connection' };
    log.append(at + 1, at, 0, 0, 0, isOk ? ACKNOWLEDGED : log.codeOf(failed));
  });
  const history = {
    ...came(received),
    publishes: () => [table.rows()],
    publishStatuses: () => known as never,
  };
  const names = { published: ['q'], received: Object.keys(received) };
  return judge(history, { kind, options: { ...names, ...options } });
}

function judge(history: History, check: { kind: string; options: Record<string, unknown> }): Finding {
  return runChecks(history, [check])[0] as Finding;
}

function came(received: Record<string, readonly number[]>): History {
  const tables = new Map(
    Object.entries(received).map(([name, numbers]) => {
      const table = new MemoryTable(DELIVERIES);
      const log = new DeliveryLog(table, name, () => undefined);
      numbers.forEach((n, at) => log.append(at, 0, n === 0 ? FOREIGN : 0, n, 1, 0, DELIVERED));
      return [name, table] as const;
    }),
  );
  const deliveries = (name: string) => [tables.get(name)?.rows()].filter((rows) => rows !== undefined);
  return Object.assign(historyOf([], {}), { publishers: ['q'], deliveries });
}

describe('answered', () => {
  test('passes where each answer is right, and counts what has none', () => {
    expect(answered([OK, ERROR, LATE, NOBODY], [1, 2, 3])).toMatchObject({
      verdict: 'pass',
      statement:
        '2 of 4 requests were answered, each with its own answer, 1 of them with an error (1 found nobody, 1 had no answer in time); none of 3 that came was handled twice',
    });
  });

  test.each<[string, readonly OperationStatus[], readonly number[], object, string]>([
    ['a wrong answer', [OK, { outcome: 'ok', found: 'other' }], [1, 2], {}, 'wrongAnswers'],
    ['a request that is handled twice', [OK, OK], [1, 2, 2], {}, 'handledTwice'],
    ['an answer that nobody gave', [OK, OK], [1], {}, 'answersOfNobody'],
    ['too few answers', [OK, OK, LATE], [1, 2, 3], { atLeast: 0.7 }, 'tooFewAnswers'],
  ])('fails for %s', (_what, statuses, handled, options, count) => {
    expect(answered(statuses, handled, options)).toMatchObject({ verdict: 'fail', counts: { [count]: 1 } });
  });

  test('is kept at exactly the share', () => {
    expect(answered([OK, LATE], [1], { atLeast: 0.5 }).verdict).toBe('pass');
  });

  test('is inconclusive without an answer, or without a request that came', () => {
    expect(answered([LATE, NOBODY], [1]).statement).toBe('no request of q was answered');
    expect(answered([], []).statement).toBe('no request came to r; no request of q was answered');
    expect(answered([OK], [], { replied: [] }).verdict).toBe('pass');
  });
});

describe('at-least-once', () => {
  const atLeast = (sent: readonly boolean[], received: Record<string, readonly number[]>): Finding =>
    sentOnce('at-least-once', sent, received);

  test('passes where all that was acknowledged came, and counts what came more often', () => {
    expect(atLeast([true, true, false], { a: [1, 2, 1, 0], b: [3, 2, 1] })).toMatchObject({
      verdict: 'pass',
      statement: 'all 2 acknowledged messages came to a, b; 1 came once more',
      counts: { acknowledged: 2, received: 7, again: 1, foreign: 1 },
    });
  });

  test.each<[string, readonly number[], object]>([
    ['a message that does not come', [1], { lost: 1, incomplete: 1 }],
    ['a message that was never sent', [1, 2, 3], { ofNobody: 1 }],
  ])('fails for %s', (_what, numbers, counts) => {
    expect(atLeast([true, true], { a: numbers })).toMatchObject({ verdict: 'fail', counts });
  });

  test('is inconclusive without an acknowledged message, or one that came', () => {
    expect(atLeast([false], { a: [1] }).statement).toBe('q has no acknowledged message');
    expect(atLeast([], { a: [] })).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('at-most-once', () => {
  test('passes whatever is lost, counts it, and leaves messages of others out', () => {
    expect(once([true, true, false, true], { a: [1, 2, 4, 0], b: [2] })).toMatchObject({
      verdict: 'pass',
      statement: 'of 3 messages none came twice; not come are 0 (0 %) to a, 2 (66.667 %) to b',
      counts: { sent: 3, lost: 2, foreign: 1 },
    });
  });

  test.each<[string, readonly number[], object, string]>([
    ['a message that comes twice', [1, 2, 1], {}, 'twice'],
    ['a message that was never sent', [1, 2, 3], {}, 'ofNobody'],
    ['more than may be lost', [1], { maxLoss: 0.49 }, 'tooManyLost'],
  ])('fails for %s', (_what, numbers, options, count) => {
    expect(once([true, true], { a: numbers }, options)).toMatchObject({
      verdict: 'fail',
      counts: { [count]: 1 },
    });
  });

  test('keeps a limit that is met exactly', () => {
    expect(once([true, true], { a: [1] }, { maxLoss: 0.5 }).verdict).toBe('pass');
  });

  test('is inconclusive where nothing was sent, or nothing came', () => {
    expect(once([false], { a: [] }).statement).toBe('q sent nothing; a received nothing');
    expect(once([true], { a: [0] }).statement).toBe('a received nothing');
  });
});
