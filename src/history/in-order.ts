/** Rows in the order of their first column, those that are equal in the order of the second; only valid until the next. */
export interface Sorted {
  length: number;
  columns: readonly Float64Array[];
  /** The least in each column of all rows that are still to come; Infinity where there are none. */
  leastAfter: readonly number[];
}

/**
 * Sorts the rows of a table that are nearly in order, however far some are from their place, and holds no more rows than
 * have one overtaken by them.
 *
 * @param batches are read twice
 * @param fill writes columns of a batch from row `at` on, and returns how many rows; batches have at most 16,384
 */
export function* inOrder<R extends { readonly length: number }>(
  batches: Iterable<R>,
  width: number,
  fill: (batch: R, columns: readonly Float64Array[], at: number) => number,
): Generator<Sorted> {
  const least = leastFrom(batches, width, fill);
  let columns = makeColumns(width, 0);
  let held = 0;
  let at = 0;
  for (const batch of batches) {
    columns = grown(columns, held, held + batch.length);
    const from = held;
    held += fill(batch, columns, held);
    sort(columns, from, held);
    at += 1;
    const coming = least[at] ?? [];
    const length = countBelow(columns[0] as Float64Array, held, coming[0] ?? Infinity);
    if (length === 0) continue;
    const leastAfter = coming.map((value, column) =>
      Math.min(value, leastOf(columns[column] as Float64Array, length, held)),
    );
    yield { length, columns, leastAfter };
    for (const column of columns) column.copyWithin(0, length, held);
    held -= length;
  }
}

/** For each batch, the least in each column from it on; one more at the end. */
function leastFrom<R extends { readonly length: number }>(
  batches: Iterable<R>,
  width: number,
  fill: (batch: R, columns: readonly Float64Array[], at: number) => number,
): number[][] {
  const least: number[][] = [];
  let scratch = makeColumns(width, 0);
  for (const batch of batches) {
    scratch = grown(scratch, 0, batch.length);
    const rows = fill(batch, scratch, 0);
    least.push(scratch.map((column) => leastOf(column, 0, rows)));
  }
  least.push(Array.from({ length: width }, () => Infinity));
  for (let at = least.length - 2; at >= 0; at -= 1)
    least[at] = (least[at] ?? []).map((value, column) =>
      Math.min(value, least[at + 1]?.[column] ?? Infinity),
    );
  return least;
}

function leastOf(column: Float64Array, from: number, to: number): number {
  let least = Infinity;
  for (let row = from; row < to; row += 1) if ((column[row] ?? 0) < least) least = column[row] ?? 0;
  return least;
}

function makeColumns(width: number, rows: number): Float64Array[] {
  return Array.from({ length: width }, () => new Float64Array(rows));
}

function grown(columns: Float64Array[], held: number, rows: number): Float64Array[] {
  if ((columns[0]?.length ?? 0) >= rows) return columns;
  const wider = makeColumns(columns.length, Math.max(64, rows * 2));
  for (const [at, column] of wider.entries()) column.set((columns[at] as Float64Array).subarray(0, held));
  return wider;
}

/** Rows below `limit`, which are the first ones. */
function countBelow(sorted: Float64Array, length: number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Moves in all before rows are taken to be in no order at all. */
const MOVES_PER_ROW = 64;

/** The rows before `from` are in order already. */
function sort(columns: readonly Float64Array[], from: number, to: number): void {
  let moves = (to - from) * MOVES_PER_ROW;
  for (let row = Math.max(1, from); row < to; row += 1) {
    let place = row;
    while (place > 0 && moves >= 0 && isBefore(columns, row, place - 1)) {
      place -= 1;
      moves -= 1;
    }
    if (moves < 0) {
      sortAll(columns, to);
      return;
    }
    if (place < row) move(columns, row, place);
  }
}

function isBefore([keys, next]: readonly Float64Array[], a: number, b: number): boolean {
  const difference = (keys?.[a] ?? 0) - (keys?.[b] ?? 0);
  return difference < 0 || (difference === 0 && (next?.[a] ?? 0) < (next?.[b] ?? 0));
}

function move(columns: readonly Float64Array[], row: number, place: number): void {
  for (const column of columns) {
    const value = column[row] ?? 0;
    column.copyWithin(place + 1, place, row);
    column[place] = value;
  }
}

function sortAll(columns: readonly Float64Array[], length: number): void {
  const [keys = new Float64Array(), next = keys] = columns;
  const order = Uint32Array.from({ length }, (_, row) => row);
  order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || (next[a] ?? 0) - (next[b] ?? 0) || a - b);
  for (const column of columns) {
    const sorted = Float64Array.from(order, (row) => column[row] ?? 0);
    column.set(sorted);
  }
}
