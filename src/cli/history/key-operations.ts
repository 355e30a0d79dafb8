import type { KvStatus, OperationStatus } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { KV_OPERATIONS, KV_PATHS } from '../../history/kv-log.ts';
import { operationNames } from '../../history/operations.ts';
import { decodeLate } from '../../history/tables/late.ts';
import type { KvRows, OperationRows } from '../../history/tables/table.ts';
import type { Operation } from './operation.ts';

/** The operations of a workload on keys, or on things with names; those of a watcher, and the names in a list, too. */
export function keyOperationsOf(history: History, workload: string): Generator<Operation> {
  const kind = history.workloads[workload]?.kind;
  return kind === 'kv' ? onKeys(history, workload) : onNames(history, workload, operationNames(kind));
}

function* onKeys(history: History, workload: string): Generator<Operation> {
  const [statuses, keys] = [history.kvStatuses(workload), history.kvKeys(workload)];
  for (const rows of history.kv(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      const status = statuses[rows.status[row] ?? 0];
      const op = KV_OPERATIONS[rows.op[row] ?? 0] ?? '?';
      const [revision, expected] = [rows.revision[row] ?? 0, rows.expected[row] ?? 0];
      const isCreate = op === 'create';
      const replica = op === 'get' && KV_PATHS[rows.path[row] ?? 0] === 'replica';
      yield {
        ...common(history, workload, rows, row),
        op,
        key: keys[rows.key[row] ?? 0] ?? null,
        revision: revision === 0 ? null : revision,
        expected: expected === 0 && !isCreate ? null : expected,
        outcome: status?.outcome ?? 'unknown',
        note: noteOf(status, replica ? ['any replica may answer'] : []),
      };
    }
  }
}

function* onNames(history: History, workload: string, names: readonly string[]): Generator<Operation> {
  const [statuses, keys] = [history.operationStatuses(workload), history.operationKeys(workload)];
  for (const rows of history.operations(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      const status = statuses[rows.status[row] ?? 0];
      yield {
        ...common(history, workload, rows, row),
        op: names[rows.op[row] ?? 0] ?? '?',
        key: keys[rows.key[row] ?? 0] ?? null,
        revision: null,
        expected: null,
        outcome: status?.outcome ?? 'unknown',
        note: noteOf(status, []),
      };
    }
  }
}

/** What the rows of both tables have. */
function common(history: History, workload: string, rows: KvRows | OperationRows, row: number) {
  const late = decodeLate(rows.late[row] ?? 0);
  const publisher = history.publishers[rows.by[row] ?? 0] ?? null;
  return {
    t: rows.t[row] ?? 0,
    workload,
    publisher,
    n: publisher === null ? null : (rows.value[row] ?? 0),
    seq: null,
    latency: late + (rows.latency[row] ?? 0) / 1000,
    late,
    attempts: null,
    deliveries: null,
    client: (rows.client[row] ?? 0) + 1,
    member: null,
  };
}

const REFUSED: Readonly<Record<string, string>> = {
  revision: 'another revision was there',
  'in-flight': 'another write was under way',
  exists: 'it is there already',
  missing: 'it is not there',
};

const FOUND: Readonly<Record<string, string>> = {
  deleted: 'found a marker of a deletion',
  purged: 'found a marker of a purge',
  nothing: 'found nothing',
  other: 'found what no write of this run explains',
  torn: 'its content does not come',
};

function noteOf(status: KvStatus | OperationStatus | undefined, first: readonly string[]): string | null {
  if (status === undefined) return null;
  const { refused, found, error } = status;
  const notes = [
    ...first,
    ...(refused === undefined ? [] : [`refused: ${REFUSED[refused] ?? refused}`]),
    ...(found === undefined || found === 'value' ? [] : [FOUND[found] ?? found]),
    ...('initial' in status ? ['before the workload began'] : []),
    ...('final' in status ? ['the last look'] : []),
    ...(error === undefined ? [] : [error]),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}
