import type { Ledger } from './ledger.ts';
import { sortedBy } from './sorted.ts';
import { isConditional, isWrite, NOTHING, OK, OP, REFUSED, type Operations } from './operations.ts';

/** What a row is for the order of its key. */
export const NO_PART = 0;
export const WRITE = 1;
export const READ = 2;
/** A conditional write that was refused, as another revision than the expected one was there. */
export const REFUSAL = 3;

/** Where each operation stands among the writes of its key, which are numbered 1, 2, 3 … by revision. */
export interface Order {
  /** By row: `WRITE`, `READ`, `REFUSAL` or `NO_PART`. */
  part: Uint8Array;
  /**
   * By row: of a write its own number, of a read that of the write it saw (0: of none), of a refusal that of the write
   * whose revision was expected (0: none, -1: one that is no write of the key).
   */
  place: Int32Array;
  /** Rows of the writes, key by key, each in the order of revision. */
  writes: Uint32Array;
  /** By key: where its writes begin in `writes`; one more at the end. */
  writesFrom: Uint32Array;
  /** Rows with a part, key by key, in the order in which they were sent. */
  byStart: Uint32Array;
  /** By key: where its rows begin in `byStart`; one more at the end. */
  rowsFrom: Uint32Array;
}

export function orderOf(operations: Operations, ledger: Ledger): Order {
  const { length, t, key, keys } = operations;
  const part = partsOf(operations, ledger);
  const rows = Uint32Array.from({ length }, (_, row) => row).filter((row) => part[row] !== NO_PART);
  const written = rows.filter((row) => part[row] === WRITE);
  const byRevision = sortedBy(written, ledger.revision);
  const { grouped: writes, from: writesFrom } = grouped(byRevision, key, keys.length);
  const { grouped: byStart, from: rowsFrom } = grouped(sortedBy(rows, t), key, keys.length);
  const order: Order = { part, place: new Int32Array(length), writes, writesFrom, byStart, rowsFrom };
  for (let one = 0; one < keys.length; one += 1)
    for (let i = writesFrom[one] ?? 0; i < (writesFrom[one + 1] ?? 0); i += 1)
      order.place[writes[i] ?? 0] = i - (writesFrom[one] ?? 0) + 1;
  for (const row of rows) placeRow(row, order, operations, ledger);
  return order;
}

/** The row of the write of a key with a number; undefined beyond the last. */
export function writeAt({ writes, writesFrom }: Order, key: number, place: number): number | undefined {
  const at = (writesFrom[key] ?? 0) + place - 1;
  return place >= 1 && at < (writesFrom[key + 1] ?? 0) ? writes[at] : undefined;
}

function partsOf(operations: Operations, ledger: Ledger): Uint8Array {
  const { length, op, flags, revision } = operations;
  const part = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    const flag = flags[row] ?? 0;
    if (op[row] === OP.watch) continue;
    if (isWrite(op[row] ?? 0)) {
      if (ledger.revision[row] !== 0) part[row] = WRITE;
      else if ((flag & REFUSED) !== 0 && isConditional(operations, row)) part[row] = REFUSAL;
    } else if ((flag & OK) !== 0 && ((flag & NOTHING) !== 0 || revision[row] !== 0)) part[row] = READ;
  }
  return part;
}

function placeRow(row: number, order: Order, operations: Operations, ledger: Ledger): void {
  const { part, place } = order;
  const { revision, expected, key } = operations;
  if (part[row] === WRITE) return;
  const wanted = (part[row] === READ ? revision[row] : expected[row]) ?? 0;
  const seen = wanted === 0 ? undefined : ledger.rowAt.get(wanted);
  const known = seen !== undefined && key[seen] === key[row] && part[seen] === WRITE;
  place[row] = wanted === 0 ? 0 : known ? (place[seen] ?? 0) : -1;
  // What nobody wrote has no place; the ledger has said so.
  if (part[row] === READ && place[row] === -1) part[row] = NO_PART;
}

/** Rows by key, those of a key in the order in which they came. */
function grouped(
  rows: Uint32Array,
  key: Uint32Array,
  keys: number,
): { grouped: Uint32Array; from: Uint32Array } {
  const from = new Uint32Array(keys + 1);
  for (const row of rows) from[(key[row] ?? 0) + 1] = (from[(key[row] ?? 0) + 1] ?? 0) + 1;
  for (let one = 0; one < keys; one += 1) from[one + 1] = (from[one + 1] ?? 0) + (from[one] ?? 0);
  const next = from.slice();
  const groups = new Uint32Array(rows.length);
  for (const row of rows) {
    const of = key[row] ?? 0;
    groups[next[of] ?? 0] = row;
    next[of] = (next[of] ?? 0) + 1;
  }
  return { grouped: groups, from };
}
