import { readBatches } from './arrow-file.ts';
import { ADDED_LATER, makeColumns, type Rows, type Table } from './table.ts';

/**
 * Reads the rows of a table, batch by batch.
 *
 * @returns whether the file is torn: it ends in the middle of a batch
 * @throws the file system's error; SyntaxError when it lacks a column of the table
 */
export function* readRows<T extends Table>(path: string, table: T): Generator<Rows<T>, boolean> {
  const batches = readBatches(path);
  for (;;) {
    const next = batches.next();
    if (next.done === true) return next.value;
    const { length, columns } = next.value;
    const missing = Object.keys(table).filter((name) => columns[name] === undefined);
    const lost = missing.find((name) => !ADDED_LATER.has(name));
    if (lost !== undefined) throw new SyntaxError(`${path}: it has no column ${lost}`);
    const empty = makeColumns(Object.fromEntries(missing.map((name) => [name, table[name] ?? 'u8'])), length);
    yield { ...empty, ...columns, length } as unknown as Rows<T>;
  }
}
