/**
 * Types of columns: unsigned integers, `f64` for times in milliseconds, and `sequence` for sequences of a stream, which a
 * file keeps in four bytes where they fit, and in eight where they do not.
 */
export type ColumnType = 'u8' | 'u16' | 'u32' | 'f64' | 'sequence';

/** The columns of a table by name, in the order of the file. */
export type Table = Readonly<Record<string, ColumnType>>;

interface Arrays {
  u8: Uint8Array<ArrayBuffer>;
  u16: Uint16Array<ArrayBuffer>;
  u32: Uint32Array<ArrayBuffer>;
  f64: Float64Array<ArrayBuffer>;
  sequence: Float64Array<ArrayBuffer>;
}

/** Columns to write to: row `i` is element `i` of each. */
export type Columns<T extends Table> = { readonly [name in keyof T]: Arrays[T[name]] };

/** Takes rows: its caller asks for the next, and sets all its columns before it asks again. */
export interface RowSink<T extends Table> {
  /** May be others after `next`. */
  readonly columns: Columns<T>;
  /** @returns the index of a new row */
  next(): number;
}

const ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f64: Float64Array,
  sequence: Float64Array,
} as const satisfies Record<ColumnType, unknown>;

/** Empty columns with room for so many rows. */
export function makeColumns<T extends Table>(table: T, rows: number): Columns<T> {
  const columns = Object.entries(table).map(([name, type]) => [name, new ARRAYS[type](rows)]);
  return Object.fromEntries(columns) as Columns<T>;
}

/** Some consecutive rows of a table, only valid until the next are read. Row `i` is element `i` of each column. */
export type Rows<T extends Table> = { readonly length: number } & {
  readonly [name in keyof T]: T[name] extends 'sequence'
    ? Readonly<Uint32Array> | Readonly<Float64Array>
    : Readonly<Arrays[T[name]]>;
};

/**
 * Messages that a workload published, in the order in which their outcomes were known; 22 to 26 bytes a row.
 *
 * - `n`: 1, 2, 3 … within its workload.
 * - `t`: when it was first sent, ms since the run began.
 * - `latency`: from then until its outcome was known, in µs.
 * - `late`: from when it was due until it was first sent; a code (`late.ts`).
 * - `seq`: the stream sequence that the acknowledgement named; 0 without one.
 * - `status`: a code of the workload's `status` events.
 */
export const PUBLISHES = {
  n: 'u32',
  t: 'f64',
  latency: 'u32',
  late: 'u16',
  seq: 'sequence',
  status: 'u8',
} as const satisfies Table;
export type PublishRows = Rows<typeof PUBLISHES>;

/**
 * Messages that were handed to a consuming workload, and what became of their acknowledgements. A message has one row,
 * written when the outcome of its acknowledgement is known; where that takes longer than the history may wait, it has a
 * first row when it was delivered, and a second one for the outcome.
 *
 * - `t`: when it was delivered, ms since the run began; the same in a second row.
 * - `seq`: its stream sequence.
 * - `by`: the workload that published it, a code of the `publishers` event; 255 for a message of others.
 * - `n`: its number within that workload; 0 for a message of others.
 * - `deliveries`: 1 for a first delivery, as the server counts; 0 where it counts 1, and the consumer has sent the message
 *   before, but it never arrived; 255 stands for 255 and more.
 * - `acked`: from its delivery until the outcome of its acknowledgement was known, in µs; 0 without one.
 * - `member`: which of the workload's members it was delivered to, from 0; a file of a workload with one has no such column.
 * - `status`: a code of the workload's `status` events.
 */
export const DELIVERIES = {
  t: 'f64',
  seq: 'sequence',
  n: 'u32',
  by: 'u8',
  deliveries: 'u8',
  acked: 'u32',
  member: 'u8',
  status: 'u8',
} as const satisfies Table;
export type DeliveryRows = Rows<typeof DELIVERIES>;

/**
 * Messages read back from a stream after the drain, in the order of their sequences.
 *
 * - `by` and `n`: as in `DELIVERIES`.
 * - `subject`: a code of the stream's `subject` events.
 * - `digest_high`, `digest_low`: the first 64 bits of the MurmurHash3 (x86, 128 bits, seed 0) of the body, as two words; of
 *   the SHA-256 in runs of earlier versions. Bodies that differ have different digests, but for a chance of 2 ** -64.
 * - `time`: when the server stored it, in µs since 1970, as the message itself says; 0 in runs of earlier versions.
 * - `headers`: 32 bits of the digest of its headers, in the order of their names; 0 without any, and in runs of earlier versions.
 */
export const STORED = {
  seq: 'sequence',
  n: 'u32',
  by: 'u8',
  subject: 'u32',
  digest_high: 'u32',
  digest_low: 'u32',
  time: 'f64',
  headers: 'u32',
} as const satisfies Table;
export type StoredRows = Rows<typeof STORED>;

/** Columns that files of earlier versions lack, or of which all would be 0. */
export const ADDED_LATER: ReadonlySet<string> = new Set<keyof typeof STORED | keyof typeof DELIVERIES>([
  'time',
  'headers',
  'member',
]);

/**
 * Operations of a workload on the keys of a bucket, in the order in which their outcomes were known; a watcher has a row
 * for each entry that it was sent. 36 to 44 bytes a row.
 *
 * - `t`: when it was sent (of a watcher: when the entry came), ms since the run began.
 * - `latency`: from then until its outcome was known, in µs, rounded up; 0 for a watcher.
 * - `late`: from when it was due until it was sent; a code (`late.ts`).
 * - `client`: which of the workload's clients, from 0; of a watcher, a number that is new each time it begins anew.
 * - `op`: an index of `KV_OPERATIONS`.
 * - `path`: an index of `KV_PATHS`: which servers may answer.
 * - `key`: a code of the workload's `key` events.
 * - `by`: the workload that wrote the value or marker, a code of the `publishers` event; 255 for one of others, or none.
 * - `value`: the number of the write within that workload, 1, 2, 3 …: its own for a write, what was found for a read; 0
 *   for one of others, or none.
 * - `revision`: of a write, as it was confirmed; of a read, of what was found; 0 without one.
 * - `expected`: the revision on which a create, update, delete or purge was conditional; a create may expect 0, all others
 *   are unconditional with 0.
 * - `status`: a code of the workload's `status` events.
 */
export const KV = {
  t: 'f64',
  latency: 'u32',
  late: 'u16',
  client: 'u16',
  op: 'u8',
  path: 'u8',
  key: 'u32',
  by: 'u8',
  value: 'u32',
  revision: 'sequence',
  expected: 'sequence',
  status: 'u8',
} as const satisfies Table;
export type KvRows = Rows<typeof KV>;

/**
 * Operations of a workload on things with names (streams and consumers, objects), or its requests, in the order in which
 * their outcomes were known. 28 bytes a row.
 *
 * - `t`, `latency`, `late`, `client`: as in `KV`.
 * - `op`: an index of the list of operations of the workload's kind (`operations.ts`).
 * - `key`: what it was about, a code of the workload's `key` events.
 * - `by`: as in `KV`; of a request, always the workload itself.
 * - `value`: of a write or request, its own number within the workload, 1, 2, 3 …; of a read, the number of the write
 *   that it found, 0 for none.
 * - `status`: a code of the workload's `status` events.
 */
export const OPERATIONS = {
  t: 'f64',
  latency: 'u32',
  late: 'u16',
  client: 'u16',
  op: 'u8',
  key: 'u32',
  by: 'u8',
  value: 'u32',
  status: 'u8',
} as const satisfies Table;
export type OperationRows = Rows<typeof OPERATIONS>;

/** In column `by`: a message that no workload of this run wrote. */
export const FOREIGN = 255;
