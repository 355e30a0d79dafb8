import type { KeyEvent, KvStatus } from './events.ts';
import { StatusCodes, type StatusSink } from './status-codes.ts';
import { encodeLate } from './tables/late.ts';
import { FOREIGN, type KV, type RowSink } from './tables/table.ts';
import type { Milliseconds } from '../support/units.ts';

/** What may be done with a key, by the code in column `op`. */
export const KV_OPERATIONS = ['get', 'put', 'create', 'update', 'delete', 'purge', 'watch'] as const;
export type KvOperation = (typeof KV_OPERATIONS)[number];

/**
 * Who may answer, by the code in column `path`. `leader`: the leader of the bucket's stream, as for every write; `replica`:
 * any replica, or mirror, by a direct get; `watch`: a consumer of the bucket's stream.
 */
export const KV_PATHS = ['leader', 'replica', 'watch'] as const;
export type KvPath = (typeof KV_PATHS)[number];

/** The status of a write that was confirmed. */
export const KV_DONE = 0;
/** The status of a read that found a value. */
export const KV_FOUND = 1;

/** One operation, as it is written to the history; revisions are 0 where there is none. */
export interface KvEntry {
  /** When it was sent, since the run began. */
  t: Milliseconds;
  /** From when it was due until it was sent. */
  lateMs?: Milliseconds;
  /** From when it was sent until its outcome was known. */
  latencyMs: Milliseconds;
  client: number;
  op: KvOperation;
  path: KvPath;
  key: string;
  /** Who wrote the value or marker, by code; left out where nothing, or nothing of this run, is known. */
  by?: number;
  /** The number of the write in its workload. */
  value?: number;
  revision?: number;
  expected?: number;
  status: number;
}

/** Writes what became of the operations of one workload on the keys of a bucket. */
export class KvLog {
  readonly #table: RowSink<typeof KV>;
  readonly #workload: string;
  readonly #sink: (event: KeyEvent) => void;
  readonly #codes: StatusCodes<KvStatus>;
  readonly #keys = new Map<string, number>();

  constructor(table: RowSink<typeof KV>, workload: string, sink: StatusSink & ((event: KeyEvent) => void)) {
    this.#table = table;
    this.#workload = workload;
    this.#sink = sink;
    this.#codes = new StatusCodes<KvStatus>(workload, sink, [
      { outcome: 'ok' },
      { outcome: 'ok', found: 'value' },
    ]);
  }

  /** The code of a status; the constants of this file need no call. */
  codeOf(status: KvStatus): number {
    const plain = { ...status };
    delete plain.error;
    return this.#codes.of(status, plain);
  }

  append(entry: KvEntry): void {
    const key = this.#keyOf(entry.key);
    const row = this.#table.next();
    const { columns } = this.#table;
    columns.t[row] = entry.t;
    // Rounded down, an operation might seem to have ended before another one began that it had met.
    columns.latency[row] = Math.ceil(entry.latencyMs * 1000);
    columns.late[row] = encodeLate(entry.lateMs ?? 0);
    columns.client[row] = entry.client;
    columns.op[row] = KV_OPERATIONS.indexOf(entry.op);
    columns.path[row] = KV_PATHS.indexOf(entry.path);
    columns.key[row] = key;
    columns.by[row] = entry.by ?? FOREIGN;
    columns.value[row] = entry.value ?? 0;
    columns.revision[row] = entry.revision ?? 0;
    columns.expected[row] = entry.expected ?? 0;
    columns.status[row] = entry.status;
  }

  #keyOf(key: string): number {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const code = this.#keys.size;
    this.#keys.set(key, code);
    this.#sink({ type: 'key', workload: this.#workload, code, key });
    return code;
  }
}
