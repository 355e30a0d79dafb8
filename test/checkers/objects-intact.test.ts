import { expect, test } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { OperationStatus } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { OperationLog } from '../../src/history/operation-log.ts';
import { OBJECT_OPERATIONS, type ObjectOperation } from '../../src/history/operations.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import { OPERATIONS } from '../../src/history/tables/table.ts';

/** What, when, of which write, and how it ended. */
type Op = [op: ObjectOperation, t: number, end: number, value: number, status?: Partial<OperationStatus>];

const NO_ANSWER = { outcome: 'unknown' as const, error: 'timeout' };
const LAST = { final: true as const };
const put: Op = ['put', 1, 2, 1];

function judge(ops: readonly Op[], options: object = {}): Finding {
  const table = new MemoryTable(OPERATIONS);
  const statuses: OperationStatus[] = [];
  const log = new OperationLog(table, 'w', OBJECT_OPERATIONS, (event) => {
    if ('status' in event) statuses[event.code] = event.status as OperationStatus;
  });
  for (const [op, t, end, value, status = {}] of ops)
    log.append({
      ...{ t, lateMs: 0, latencyMs: end - t, client: 0, op, key: 'file', by: 0, value },
      status: { outcome: 'ok', ...status },
    });
  const history = Object.assign(historyOf([], { w: { kind: 'object', target: 'c/OBJ_files' } }), {
    operations: () => [table.rows()],
    operationStatuses: () => statuses,
    operationKeys: () => ['file'],
  });
  const all = { workloads: ['w'], reads: 'judged', ...options };
  return runChecks(history, [{ kind: 'objects-intact', options: all }])[0] as Finding;
}

test.each<[string, Op[]]>([
  ['what was stored is there', [put, ['get', 3, 4, 1], ['get', 9, 9, 1, LAST]]],
  ['what was deleted is gone', [put, ['delete', 3, 4, 2], ['get', 9, 9, 0, { ...LAST, found: 'nothing' }]]],
  ['what has no answer took effect', [put, ['put', 3, 9, 2, NO_ANSWER], ['get', 9, 9, 2, LAST]]],
  ['what has no answer had no effect', [put, ['put', 3, 9, 2, NO_ANSWER], ['get', 9, 9, 1, LAST]]],
  ['a read met a write', [put, ['get', 3, 6, 1], ['put', 4, 5, 2], ['get', 9, 9, 2, LAST]]],
])('passes where %s', (_what, ops) => {
  expect(judge(ops)).toMatchObject({ verdict: 'pass', counts: { lastReads: 1 } });
});

test.each<[string, Op[], string]>([
  ['what was stored is not there', [put, ['get', 9, 9, 0, { ...LAST, found: 'nothing' }]], 'wrongInTheEnd'],
  ['what was deleted is there', [put, ['delete', 3, 4, 2], ['get', 9, 9, 1, LAST]], 'wrongInTheEnd'],
  [
    'a read is of an older write',
    [put, ['put', 3, 4, 2], ['get', 5, 6, 1], ['get', 9, 9, 2, LAST]],
    'wrongReads',
  ],
  ['content is of no write', [put, ['get', 3, 4, 0, { found: 'other' }], ['get', 9, 9, 1, LAST]], 'corrupt'],
  ['a name has no content', [put, ['get', 9, 9, 0, { ...NO_ANSWER, ...LAST, found: 'torn' }]], 'torn'],
  ['a list shows what nobody stored', [['listed', 0, 0, 0], put, ['get', 9, 9, 1, LAST]], 'phantoms'],
  [
    'there was something to delete',
    [put, ['delete', 3, 4, 2, { outcome: 'failed', refused: 'missing' }], ['get', 9, 9, 1, LAST]],
    'untrueAnswers',
  ],
])('fails where %s', (_what, ops, count) => {
  expect(judge(ops)).toMatchObject({ verdict: 'fail', counts: { [count]: 1 } });
});

test('reads that are behind are only counted where that is asked, but not what nobody had stored', () => {
  const behind: Op[] = [put, ['put', 3, 4, 2], ['get', 5, 6, 1], ['get', 9, 9, 2, LAST]];
  expect(judge(behind, { reads: 'counted' })).toMatchObject({
    verdict: 'pass',
    counts: { objectsReadBehind: 1 },
  });
  const early: Op[] = [put, ['get', 3, 4, 2], ['put', 5, 6, 2], ['get', 9, 9, 2, LAST]];
  expect(judge(early, { reads: 'counted' })).toMatchObject({ verdict: 'fail', counts: { phantoms: 1 } });
});

test('is inconclusive where nothing was stored, or nobody looked in the end', () => {
  expect(judge([['get', 9, 9, 0, { ...LAST, found: 'nothing' }]]).statement).toBe('w stored no object');
  expect(judge([put]).statement).toBe('file was not read in the end');
  expect(judge([put, ['get', 9, 9, 0, { ...NO_ANSWER, ...LAST }]]).statement).toBe(
    'file could not be read in the end',
  );
});
