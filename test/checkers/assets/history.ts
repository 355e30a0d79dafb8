import type { Finding } from '../../../src/checkers/checker.ts';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import type { AssetsAuditEvent, OperationStatus } from '../../../src/history/events.ts';
import type { History } from '../../../src/history/history.ts';
import { historyOf } from '../../../src/history/in-memory.ts';
import { OperationLog } from '../../../src/history/operation-log.ts';
import { ASSET_OPERATIONS, type AssetOperation } from '../../../src/history/operations.ts';
import { MemoryTable } from '../../../src/history/tables/memory-table.ts';
import { OPERATIONS } from '../../../src/history/tables/table.ts';

/** An operation on the stream `churn-1`, unless it says otherwise, that was done, unless it says otherwise. */
export interface Op {
  op: Exclude<AssetOperation, 'list' | 'listed'>;
  key?: string;
  t: number;
  /** Default: `t`. */
  end?: number;
  client?: number;
  value?: number;
  status?: OperationStatus;
}

export interface List {
  op: 'list';
  t: number;
  end?: number;
  streams: readonly string[];
}

/** What a node holds: the write of the stream, and of its consumers, by stream. */
export type Held = Readonly<Record<string, readonly number[]>>;

export const NO_ANSWER: OperationStatus = { outcome: 'unknown', error: 'timeout' };
export const EXISTS: OperationStatus = { outcome: 'failed', refused: 'exists', error: 'name in use (10058)' };
export const MISSING: OperationStatus = { outcome: 'failed', refused: 'missing', error: 'not found (10059)' };

/** What nodes n1, n2 and n3 hold, alike unless it is a list of three. */
export function audit(held: Held | readonly Held[], more: Partial<AssetsAuditEvent> = {}): AssetsAuditEvent {
  const each = Array.isArray(held) ? (held as readonly Held[]) : [held, held, held].map((one) => one as Held);
  const names = ['c/n1', 'c/n2', 'c/n3'];
  const all = [...new Set(each.flatMap((one) => Object.keys(one)))].sort();
  return {
    type: 'assets-audit',
    t: 10_000,
    workload: 'churn',
    complete: true,
    replicas: 3,
    waitedMs: 0,
    nodes: each.map((one, at) => ({
      node: names[at] ?? '',
      held: Object.entries(one).map(([stream, [value = 0, ...consumers]]) => ({
        stream,
        value,
        consumers: Object.fromEntries(
          consumers.flatMap((own, i) => (own === 0 ? [] : [[`worker-${i + 1}`, own]])),
        ),
      })),
    })),
    listed: names.map((node) => ({ node, streams: all })),
    ...more,
  };
}

export function judge(
  ops: readonly (Op | List)[],
  read?: AssetsAuditEvent,
  options: Record<string, unknown> = {},
): Finding {
  const all = { refusals: 'judged', lists: 'counted', workloads: ['churn'], ...options };
  return runChecks(assetsHistory(ops, read), [{ kind: 'assets-model', options: all }])[0] as Finding;
}

function assetsHistory(ops: readonly (Op | List)[], read: AssetsAuditEvent | undefined): History {
  const table = new MemoryTable(OPERATIONS);
  const statuses: OperationStatus[] = [];
  const keys: string[] = [];
  const log = new OperationLog(table, 'churn', ASSET_OPERATIONS, (event) => {
    if (event.type === 'key') keys[event.code] = event.key;
    else statuses[event.code] = event.status as OperationStatus;
  });
  ops.forEach((one, at) => {
    const { t, end = t } = one;
    const times = { t, lateMs: 0, latencyMs: end - t };
    if (one.op === 'list') {
      log.append({
        ...times,
        client: 0,
        op: 'list',
        key: '',
        value: one.streams.length,
        status: { outcome: 'ok' },
      });
      for (const key of one.streams)
        log.append({ ...times, client: 0, op: 'listed', key, status: { outcome: 'ok' } });
      return;
    }
    const { op, key = 'churn-1', client = 0, value = at + 1, status = { outcome: 'ok' } } = one;
    log.append({ ...times, client, op, key, by: 0, value, status });
  });
  const history = historyOf(read === undefined ? [] : [read], {
    churn: { kind: 'assets', target: 'c/churn-*' },
  });
  return Object.assign(history, {
    operations: () => [table.rows()],
    operationStatuses: () => statuses,
    operationKeys: () => keys,
  });
}
