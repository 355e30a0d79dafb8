import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { runChecks } from '../../src/checkers/run-checks.ts';
import type { OperationStatus } from '../../src/history/events.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { OperationLog } from '../../src/history/operation-log.ts';
import { PERMISSION_OPERATIONS, type PermissionOperation } from '../../src/history/operations.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import { OPERATIONS } from '../../src/history/tables/table.ts';

type Row = [op: PermissionOperation, key: string, status: OperationStatus, tookMs?: number, value?: number];

const MAY: OperationStatus = { outcome: 'ok', expected: 'allowed', seen: 'delivered' };
const MAY_NOT: OperationStatus = { outcome: 'ok', expected: 'denied', seen: 'refused' };
const CUT: OperationStatus = { outcome: 'unknown', expected: 'allowed' };
const PASS: Row = ['pass', '', { outcome: 'ok' }, 900];
const GOOD: Row[] = [
  ['publish', 'A/u a', MAY],
  ['publish', 'A/u b', MAY_NOT],
  ['subscribe', 'A/u a', MAY],
  PASS,
];

function judge(rows: readonly Row[], options = {}): Finding {
  const table = new MemoryTable(OPERATIONS);
  const statuses: OperationStatus[] = [];
  const keys: string[] = [];
  const log = new OperationLog(table, 'p', PERMISSION_OPERATIONS, (event) => {
    if (event.type === 'status') statuses[event.code] = event.status as OperationStatus;
    else keys[event.code] = event.key;
  });
  rows.forEach(([op, key, status, latencyMs = 1, value = 1], at) => {
    log.append({ t: at * 1000, lateMs: 0, latencyMs, client: 0, op, key, value, status });
  });
  const history = {
    ...historyOf([], {}),
    operations: () => [table.rows()],
    operationStatuses: () => statuses,
    operationKeys: () => keys,
  };
  return runChecks(history, [
    { kind: 'isolated', options: { workloads: ['p'], passes: 1, ...options } },
  ])[0] as Finding;
}

describe('isolated', () => {
  test('passes when all that is allowed arrived, and all that is denied was refused', () => {
    expect(judge(GOOD)).toMatchObject({
      verdict: 'pass',
      counts: { allowed: 2, denied: 1, passes: 1, tries: 3, longestPassMs: 900 },
    });
  });

  test.each<[what: string, row: Row, count: string, text: RegExp]>([
    [
      'what is allowed is refused',
      ['publish', 'A/u a', { outcome: 'failed', expected: 'allowed', seen: 'refused' }],
      'wronglyDenied',
      /"publish A\/u a" is allowed, and the server refused it/,
    ],
    [
      'what is allowed does not arrive',
      ['subscribe', 'A/u a', { outcome: 'failed', expected: 'allowed', seen: 'neither' }],
      'wronglyDenied',
      /did not arrive/,
    ],
    [
      'what is denied arrives',
      ['publish', 'A/u b', { outcome: 'failed', expected: 'denied', seen: 'delivered' }],
      'wronglyAllowed',
      /"publish A\/u b" is denied, and its message arrived/,
    ],
    [
      'what is denied arrives and is refused',
      ['publish', 'A/u b', { outcome: 'failed', expected: 'denied', seen: 'both' }],
      'wronglyAllowed',
      /although the server refused it/,
    ],
    [
      'what is denied is not refused',
      ['publish', 'A/u b', { outcome: 'failed', expected: 'denied', seen: 'neither' }],
      'wronglyAllowed',
      /did not refuse it/,
    ],
    [
      'a message crosses',
      ['crossed', 'A/u a B', { outcome: 'failed', seen: 'delivered' }],
      'crossed',
      /a message of A\/u on a arrived in account B/,
    ],
    [
      'a refused subscription gets messages',
      ['unexplained', 'A/u', { outcome: 'failed', seen: 'both' }, 0, 2],
      'unexplained',
      /A\/u got 2 messages of subscriptions that were refused/,
    ],
    [
      'a pass is too slow',
      ['pass', '', { outcome: 'ok' }, 21_000],
      'slowPasses',
      /took 21\.000 s; 20\.000 s/,
    ],
  ])('fails when %s', (_what, row, count, text) => {
    const finding = judge([...GOOD, row], { within: 20_000 });
    expect(finding).toMatchObject({ verdict: 'fail', counts: { [count]: 1 } });
    expect(finding.statement).toMatch(text);
  });

  test('is inconclusive without a complete pass, without a denied try, and for what was never decided', () => {
    expect(judge(GOOD.slice(0, -1)).statement).toMatch(/p completed 0 passes; 1 were wanted/);
    expect(judge([...GOOD, ['pass', '', { outcome: 'unknown' }]], { passes: 2 }).verdict).toBe(
      'inconclusive',
    );
    expect(judge(GOOD.filter(([, , status]) => status !== MAY_NOT)).statement).toMatch(
      /tried nothing that is denied/,
    );
    expect(judge(GOOD.filter(([, , status]) => status !== MAY)).statement).toMatch(
      /tried nothing that is allowed/,
    );
    expect(judge([]).verdict).toBe('inconclusive');
    const undecided = judge([...GOOD, ['publish', 'A/v a', CUT]]);
    expect(undecided).toMatchObject({ verdict: 'inconclusive', counts: { unknown: 1 } });
    expect(undecided.statement).toMatch(/1 of 4 were never decided, such as publish A\/v a/);
  });

  test('takes what was cut off once, and decided later, for decided', () => {
    expect(judge([['publish', 'A/u a', CUT], ...GOOD])).toMatchObject({
      verdict: 'pass',
      counts: { unknown: 1 },
    });
  });
});
