import type { KvStatus } from '../../../src/history/events.ts';
import type { History } from '../../../src/history/history.ts';
import { historyOf } from '../../../src/history/in-memory.ts';
import { KvLog, type KvOperation, type KvPath } from '../../../src/history/kv-log.ts';
import { StoredLog } from '../../../src/history/stored-log.ts';
import { MemoryTable } from '../../../src/history/tables/memory-table.ts';
import { FOREIGN, KV, STORED } from '../../../src/history/tables/table.ts';
import { runChecks } from '../../../src/checkers/run-checks.ts';
import type { Finding } from '../../../src/checkers/checker.ts';

export const BUCKET = 'a/KV_b';

/** An operation on the key `k`, unless it says otherwise, that was confirmed or found something, unless it says otherwise. */
export interface Op {
  client?: number;
  op: KvOperation;
  path?: KvPath;
  key?: string;
  t: number;
  /** Default: `t`. */
  end?: number;
  /** Number of the write; of a read, of what it found. 0: of nobody in this run. */
  value?: number;
  revision?: number;
  expected?: number;
  status?: Partial<KvStatus>;
}

export interface Stored {
  key?: string;
  revision: number;
  value: number;
}

export interface Read {
  /** What the bucket holds in the end; default: the last confirmed write of each key. */
  stored?: readonly Stored[];
  /** The last sequence of its stream; default: the highest confirmed revision. */
  last?: number;
  /** False: it was not read back to its end. */
  complete?: boolean;
  mayExpire?: boolean;
}

export function kvHistory(ops: readonly Op[], read: Read = {}): History {
  const table = new MemoryTable(KV);
  const statuses: KvStatus[] = [];
  const keys: string[] = [];
  const log = new KvLog(table, 'kv', (event) => {
    if (event.type === 'key') keys[event.code] = event.key;
    else statuses[event.code] = event.status as KvStatus;
  });
  for (const one of ops) {
    const { client = 0, op, key = 'k', t, end = t, value = 0, revision = 0, expected = 0 } = one;
    const reads = op === 'get' || op === 'watch';
    const found = revision === 0 ? ('nothing' as const) : ('value' as const);
    const status = { outcome: 'ok' as const, ...(reads ? { found } : {}), ...one.status };
    log.append({
      t,
      latencyMs: end - t,
      client,
      op,
      path: one.path ?? (op === 'watch' ? 'watch' : 'leader'),
      key,
      by: value === 0 ? FOREIGN : 0,
      value,
      revision,
      expected,
      status: log.codeOf(status),
    });
  }
  const held = new MemoryTable(STORED);
  const subjects: string[] = [];
  const storedLog = new StoredLog(held, BUCKET, ({ code, subject }) => (subjects[code] = subject));
  const stored = read.stored ?? lastWrites(ops);
  for (const { key = 'k', revision, value } of stored)
    storedLog.append(revision, `$KV.b.${key}`, value === 0 ? FOREIGN : 0, value, [1, 2]);
  const history = historyOf(
    [
      {
        type: 'stream-audit',
        stream: BUCKET,
        complete: read.complete ?? true,
        messages: stored.length,
        firstSeq: 1,
        lastSeq: read.last ?? ops.reduce((last, { revision = 0 }) => Math.max(last, revision), 0),
        mayExpire: true,
      },
    ],
    { kv: { kind: 'kv', target: BUCKET, ...(read.mayExpire === true ? { mayExpire: true } : {}) } },
  );
  return {
    ...history,
    streamAudits: history.streamAudits,
    workloads: history.workloads,
    publishers: ['kv'],
    kv: () => [table.rows()],
    kvStatuses: () => statuses,
    kvKeys: () => keys,
    stored: () => [held.rows()],
    subjects: () => subjects,
    publishes: () => [],
    deliveries: () => [],
    publishStatuses: () => [],
    deliveryStatuses: () => [],
    identity: () => null,
  };
}

export function judge(ops: readonly Op[], consistency?: string, read?: Read): Finding {
  const options = { workloads: ['kv'], ...(consistency === undefined ? {} : { consistency }) };
  return runChecks(kvHistory(ops, read), [{ kind: 'kv-linearizable', options }])[0] as Finding;
}

function lastWrites(ops: readonly Op[]): Stored[] {
  const last = new Map<string, Stored>();
  for (const { op, key = 'k', revision = 0, value = 0, status } of ops) {
    if (op === 'get' || op === 'watch' || (status?.outcome ?? 'ok') !== 'ok') continue;
    if (revision > (last.get(key)?.revision ?? 0)) last.set(key, { key, revision, value });
  }
  return [...last.values()];
}
