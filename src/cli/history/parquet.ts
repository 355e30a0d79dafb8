import { dirname, join, resolve } from 'node:path';
import type { History } from '../../history/history.ts';
import type { SavedRun } from '../../report/schema.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { asChaosError } from '../../support/system-errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import { hex } from './around.ts';
import { keyOperationsOf } from './key-operations.ts';
import type { OpenedRun } from './open-run.ts';
import { deliveriesOf, publishesOf } from './operation.ts';
import { ParquetFile, type Cell, type ParquetType } from './parquet-file.ts';
import { isOnKeys, isPublisher, workloadNames } from './workloads.ts';

const PUBLISHES = {
  workload: 'STRING',
  stream: 'STRING',
  n: 'INT64',
  t_ms: 'DOUBLE',
  phase: 'STRING',
  late_us: 'INT64',
  latency_us: 'INT64',
  outcome: 'STRING',
  seq: 'INT64',
  attempts: 'INT32',
  note: 'STRING',
} as const satisfies Record<string, ParquetType>;

const DELIVERIES = {
  workload: 'STRING',
  consumer: 'STRING',
  publisher: 'STRING',
  n: 'INT64',
  seq: 'INT64',
  t_ms: 'DOUBLE',
  phase: 'STRING',
  deliveries: 'INT32',
  member: 'INT32',
  acked_us: 'INT64',
  outcome: 'STRING',
  note: 'STRING',
} as const satisfies Record<string, ParquetType>;

const OPERATIONS = {
  workload: 'STRING',
  target: 'STRING',
  client: 'INT32',
  op: 'STRING',
  key: 'STRING',
  publisher: 'STRING',
  n: 'INT64',
  t_ms: 'DOUBLE',
  phase: 'STRING',
  late_us: 'INT64',
  latency_us: 'INT64',
  outcome: 'STRING',
  revision: 'INT64',
  expected: 'INT64',
  note: 'STRING',
} as const satisfies Record<string, ParquetType>;

const STORED = {
  stream: 'STRING',
  seq: 'INT64',
  publisher: 'STRING',
  n: 'INT64',
  subject: 'STRING',
  digest: 'STRING',
} as const satisfies Record<string, ParquetType>;

/**
 * Exports a history as Parquet: `publishes/<workload>.parquet`, `deliveries/<workload>.parquet`,
 * `operations/<workload>.parquet` and `stored.parquet`, with nothing to decode. Files of an earlier export are replaced. Yields each file when it is written.
 *
 * @throws ChaosError when the folder cannot be written
 */
export function* exportParquet(
  { history, saved, streams }: OpenedRun,
  folder: string,
): Generator<{ file: string; rows: number }> {
  const phases = new Phases(saved?.phases ?? []);
  for (const workload of workloadNames(history)) {
    const [kind, schema, rows] = tableOf(history, workload, phases);
    yield written(join(folder, kind, `${workload}.parquet`), schema, rows);
  }
  yield written(join(folder, 'stored.parquet'), STORED, storedRows(history, streams));
}

function tableOf(history: History, workload: string, phases: Phases) {
  if (isOnKeys(history, workload))
    return ['operations', OPERATIONS, operationRows(history, workload, phases)] as const;
  return isPublisher(history, workload)
    ? (['publishes', PUBLISHES, publishRows(history, workload, phases)] as const)
    : (['deliveries', DELIVERIES, deliveryRows(history, workload, phases)] as const);
}

function written(
  path: string,
  schema: Readonly<Record<string, ParquetType>>,
  rows: Iterable<readonly Cell[]>,
): { file: string; rows: number } {
  try {
    makeFolder(dirname(resolve(path)));
    const file = new ParquetFile(path, schema);
    try {
      for (const row of rows) file.append(row);
    } finally {
      file.close();
    }
    return { file: path, rows: file.rows };
  } catch (thrown) {
    throw asChaosError(thrown, `${path} cannot be written`);
  }
}

function* publishRows(history: History, workload: string, phases: Phases): Generator<Cell[]> {
  const stream = history.workloads[workload]?.target ?? null;
  for (const { n, t, late, latency, outcome, seq, attempts, note } of publishesOf(history, workload))
    yield [
      workload,
      stream,
      whole(n),
      t,
      phases.at(t),
      micros(late),
      micros(latency),
      outcome,
      whole(seq),
      attempts,
      note,
    ];
}

function* deliveryRows(history: History, workload: string, phases: Phases): Generator<Cell[]> {
  const consumer = history.workloads[workload]?.target ?? null;
  for (const one of deliveriesOf(history, workload)) {
    const { publisher, n, seq, t, deliveries, member, latency, outcome, note } = one;
    yield [
      workload,
      consumer,
      publisher,
      whole(n),
      whole(seq),
      t,
      phases.at(t),
      deliveries,
      member,
      micros(latency),
      outcome,
      note,
    ];
  }
}

function* operationRows(history: History, workload: string, phases: Phases): Generator<Cell[]> {
  const target = history.workloads[workload]?.target ?? null;
  for (const one of keyOperationsOf(history, workload)) {
    const { client, op, key, publisher, n, t, late, latency, outcome, revision, expected, note } = one;
    yield [
      ...[workload, target, client, op, key, publisher, whole(n), t, phases.at(t)],
      ...[micros(late), micros(latency), outcome, whole(revision), whole(expected), note],
    ];
  }
}

function* storedRows(history: History, streams: readonly string[]): Generator<Cell[]> {
  for (const stream of streams) {
    const subjects = history.subjects(stream);
    for (const rows of history.stored(stream)) {
      for (let row = 0; row < rows.length; row += 1) {
        const publisher = history.publishers[rows.by[row] ?? 0] ?? null;
        yield [
          stream,
          whole(rows.seq[row] ?? 0),
          publisher,
          publisher === null ? null : whole(rows.n[row] ?? 0),
          subjects[rows.subject[row] ?? 0] ?? null,
          hex(rows.digest_high[row] ?? 0) + hex(rows.digest_low[row] ?? 0),
        ];
      }
    }
  }
}

function whole(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function micros(ms: Milliseconds | null): bigint | null {
  return ms === null ? null : BigInt(Math.round(ms * 1000));
}

/** Which phase of the method a time is in. */
class Phases {
  readonly #phases: { name: string; from: Milliseconds; to: Milliseconds }[];

  constructor(phases: SavedRun['phases']) {
    this.#phases = phases.flatMap(({ name, startedAt, endedAt = Infinity }) =>
      startedAt === undefined ? [] : [{ name, from: startedAt, to: endedAt }],
    );
  }

  at(t: Milliseconds): string | null {
    return this.#phases.find(({ from, to }) => from <= t && t < to)?.name ?? null;
  }
}
