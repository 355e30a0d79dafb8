/** Rows in the ascending order of a column; those that are equal keep theirs. */
export function sortedBy(rows: Uint32Array, column: Float64Array): Uint32Array {
  return rows.slice().sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0) || a - b);
}

/** Where the numbers above a limit begin, in ascending numbers. */
export function firstAbove(sorted: Float64Array, limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
