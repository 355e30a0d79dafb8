import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { OperationStatus } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { OperationLog } from '../../src/history/operation-log.ts';
import { QUOTA_OPERATIONS, type QuotaOperation } from '../../src/history/operations.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import { OPERATIONS } from '../../src/history/tables/table.ts';

type Row = [op: QuotaOperation, status: OperationStatus, listed?: number];

const OK: OperationStatus = { outcome: 'ok' };
const LIMIT: OperationStatus = { outcome: 'failed', refused: 'limit', error: 'too many' };
const MISSING: OperationStatus = { outcome: 'failed', refused: 'missing', error: 'not there' };
const NO_ANSWER: OperationStatus = { outcome: 'unknown', error: 'timeout' };
/** Two may be there. */
const FULL: Row[] = [
  ['create', OK],
  ['create', OK],
  ['create', LIMIT],
];

function judge(rows: readonly Row[]): Finding {
  const table = new MemoryTable(OPERATIONS);
  const statuses: OperationStatus[] = [];
  const log = new OperationLog(table, 'q', QUOTA_OPERATIONS, (event) => {
    if (event.type === 'status') statuses[event.code] = event.status as OperationStatus;
  });
  rows.forEach(([op, status, value = 0], t) => {
    log.append({ t, lateMs: 0, latencyMs: 1, client: 0, op, key: 'q-1', value, status });
  });
  const history = {
    ...historyOf([], {}),
    operations: () => [table.rows()],
    operationStatuses: () => statuses,
    operationKeys: () => ['q-1'],
  };
  return runChecks(history, [{ kind: 'quota-held', options: { workloads: ['q'], limit: 2 } }])[0] as Finding;
}

describe('quota-held', () => {
  test('passes at the limit, and with one deleted and one made', () => {
    const rows: Row[] = [...FULL, ['delete', OK], ['create', OK], ['create', LIMIT], ['list', OK, 2]];
    expect(judge(rows)).toMatchObject({
      verdict: 'pass',
      counts: { made: 3, refused: 2, most: 2, lists: 1 },
    });
  });

  test.each<[what: string, rows: Row[], count: string]>([
    [
      'one more than the limit',
      [
        ['create', OK],
        ['create', OK],
        ['create', OK],
      ],
      'over',
    ],
    [
      'a refusal below the limit',
      [
        ['create', OK],
        ['create', LIMIT],
      ],
      'refusedBelow',
    ],
    ['a refusal after a deletion', [...FULL, ['delete', OK], ['create', LIMIT]], 'refusedBelow'],
    ['a stream that is gone', [...FULL, ['delete', MISSING]], 'lost'],
    ['a list that lacks one', [...FULL, ['list', OK, 1]], 'miscounted'],
    ['a list with one too many', [...FULL, ['list', OK, 3]], 'miscounted'],
  ])('fails for %s', (_what, rows, count) => {
    expect(judge(rows)).toMatchObject({ verdict: 'fail', counts: { [count]: 1 } });
  });

  test('allows for both outcomes of what has no answer', () => {
    const made: Row[] = [
      ['create', OK],
      ['create', NO_ANSWER],
      ['create', LIMIT],
      ['list', OK, 2],
    ];
    const deleted: Row[] = [...FULL, ['delete', NO_ANSWER], ['create', LIMIT], ['list', OK, 2]];
    const goneAndMade: Row[] = [...FULL, ['delete', NO_ANSWER], ['create', OK], ['list', OK, 2]];
    for (const rows of [made, deleted])
      expect(judge(rows)).toMatchObject({ verdict: 'pass', counts: { unknown: 1 } });
    expect(judge(goneAndMade).verdict).toBe('pass');
  });

  test('is inconclusive if the limit was never reached, or nothing was listed', () => {
    expect(
      judge([
        ['create', OK],
        ['list', OK, 1],
      ]).statement,
    ).toMatch(/never reached the limit of 2/);
    expect(judge(FULL).statement).toMatch(/got no list of names/);
    expect(judge([]).verdict).toBe('inconclusive');
  });
});
