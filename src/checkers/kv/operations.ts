import type { KvStatus } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { KV_OPERATIONS, KV_PATHS } from '../../history/kv-log.ts';
import type { KvRows } from '../../history/tables/table.ts';

/** Codes of column `op`, by name. */
export const OP = codes(KV_OPERATIONS);
/** Codes of column `path`, by name. */
export const PATH = codes(KV_PATHS);

/** Bits of `flags`. */
export const OK = 1;
export const UNKNOWN = 2;
/** A read that found no key, not even a marker. */
export const NOTHING = 4;
/** Refused as another revision was there. */
export const REFUSED = 8;
/** Refused as another write was under way, which says nothing about the revision. */
export const IN_FLIGHT = 16;
/** Written before the workload began, and on all replicas by then. */
export const INITIAL = 32;

/** The operations of one or more workloads on the same bucket, in columns of one element each. */
export interface Operations {
  length: number;
  /** When it was sent, in ms. */
  t: Float64Array;
  /** When its outcome was known; a write without one may still take effect, so its end is infinite. */
  end: Float64Array;
  /** An index of `workloads`. */
  of: Uint8Array;
  op: Uint8Array;
  path: Uint8Array;
  flags: Uint8Array;
  /** An index of `keys`. */
  key: Uint32Array;
  /** Unique among all workloads. */
  client: Uint32Array;
  /** An index of `workloads` of who wrote the value, or 255. */
  by: Uint8Array;
  value: Uint32Array;
  revision: Float64Array;
  expected: Float64Array;
  keys: string[];
  workloads: readonly string[];
  /** How many clients there are. */
  clients: number;
  /** The words for a client: `client 3`, or `client 3 of kv` where there are several workloads. */
  clientName: (row: number) => string;
}

export const NOBODY = 255;

/** Gathers the operations of workloads, in the order of the files. */
export function operationsOf(history: History, workloads: readonly string[]): Operations {
  const length = workloads.reduce((sum, workload) => sum + rowsOf(history, workload), 0);
  const loader = new Loader(length, workloads);
  for (const [of, workload] of workloads.entries()) loader.load(history, workload, of);
  return loader.operations;
}

export function isWrite(op: number): boolean {
  return op !== OP.get && op !== OP.watch;
}

/** Whether a write may only take effect on one revision. */
export function isConditional({ op, expected }: Operations, row: number): boolean {
  return op[row] === OP.create || op[row] === OP.update || (expected[row] ?? 0) !== 0;
}

class Loader {
  readonly operations: Operations;
  readonly #keys = new Map<string, number>();
  readonly #firstClient: number[] = [];
  #row = 0;

  constructor(length: number, workloads: readonly string[]) {
    const numbers = () => new Float64Array(length);
    const codes32 = () => new Uint32Array(length);
    const codes8 = () => new Uint8Array(length);
    const first = this.#firstClient;
    const operations: Operations = {
      length,
      t: numbers(),
      end: numbers(),
      of: codes8(),
      op: codes8(),
      path: codes8(),
      flags: codes8(),
      key: codes32(),
      client: codes32(),
      by: codes8(),
      value: codes32(),
      revision: numbers(),
      expected: numbers(),
      keys: [],
      workloads,
      clients: 0,
      clientName: (row) => {
        const of = operations.of[row] ?? 0;
        const name = `client ${(operations.client[row] ?? 0) - (first[of] ?? 0) + 1}`;
        return workloads.length === 1 ? name : `${name} of ${workloads[of]}`;
      },
    };
    this.operations = operations;
  }

  load(history: History, workload: string, of: number): void {
    this.#firstClient[of] = this.operations.clients;
    const keys = history.kvKeys(workload).map((key) => this.#keyOf(key));
    const flags = history.kvStatuses(workload).map(flagsOf);
    const writers = history.publishers.map((name) => {
      const at = this.operations.workloads.indexOf(name);
      return at < 0 ? NOBODY : at;
    });
    for (const rows of history.kv(workload)) this.#add(rows, of, keys, flags, writers);
  }

  #add(
    rows: KvRows,
    of: number,
    keys: readonly number[],
    flags: readonly number[],
    writers: readonly number[],
  ): void {
    const { operations } = this;
    const { t, end, op, path, key, client, by, value, revision, expected } = operations;
    const base = this.#firstClient[of] ?? 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = this.#row++;
      const sent = rows.t[i] ?? 0;
      const flag = flags[rows.status[i] ?? 0] ?? 0;
      const who = base + (rows.client[i] ?? 0);
      t[row] = sent;
      op[row] = rows.op[i] ?? 0;
      path[row] = rows.path[i] ?? 0;
      key[row] = keys[rows.key[i] ?? 0] ?? 0;
      client[row] = who;
      by[row] = writers[rows.by[i] ?? NOBODY] ?? NOBODY;
      value[row] = rows.value[i] ?? 0;
      revision[row] = rows.revision[i] ?? 0;
      expected[row] = rows.expected[i] ?? 0;
      operations.of[row] = of;
      operations.flags[row] = flag;
      const open = (flag & UNKNOWN) !== 0 && isWrite(op[row] ?? 0);
      end[row] = open ? Infinity : sent + (rows.latency[i] ?? 0) / 1000;
      operations.clients = Math.max(operations.clients, who + 1);
    }
  }

  #keyOf(name: string): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const code = this.operations.keys.push(name) - 1;
    this.#keys.set(name, code);
    return code;
  }
}

function flagsOf({ outcome, found, refused, initial }: KvStatus): number {
  return (
    (outcome === 'ok' ? OK : outcome === 'unknown' ? UNKNOWN : 0) |
    (found === 'nothing' ? NOTHING : 0) |
    (refused === 'revision' ? REFUSED : refused === 'in-flight' ? IN_FLIGHT : 0) |
    (initial === true ? INITIAL : 0)
  );
}

function rowsOf(history: History, workload: string): number {
  let length = 0;
  for (const rows of history.kv(workload)) length += rows.length;
  return length;
}

function codes<const T extends readonly string[]>(names: T): Readonly<Record<T[number], number>> {
  return Object.fromEntries(names.map((name, at) => [name, at])) as Record<T[number], number>;
}
