import type { TypedArray } from './arrow-file.ts';
import { makeColumns, type Columns, type RowSink, type Rows, type Table } from './table.ts';

/** Keeps the rows of a table in memory. */
export class MemoryTable<T extends Table> implements RowSink<T> {
  readonly #table: T;
  #columns: Columns<T>;
  #capacity = 64;
  #length = 0;

  constructor(table: T) {
    this.#table = table;
    this.#columns = makeColumns(table, this.#capacity);
  }

  get columns(): Columns<T> {
    return this.#columns;
  }

  next(): number {
    if (this.#length === this.#capacity) this.#grow();
    return this.#length++;
  }

  rows(): Rows<T> {
    const cut = Object.entries(this.#columns).map(([name, column]) => [
      name,
      (column as TypedArray).subarray(0, this.#length),
    ]);
    return { ...Object.fromEntries(cut), length: this.#length } as Rows<T>;
  }

  #grow(): void {
    const old = this.#columns;
    this.#capacity *= 2;
    this.#columns = makeColumns(this.#table, this.#capacity);
    for (const name of Object.keys(this.#table))
      (this.#columns[name] as TypedArray).set(old[name] as TypedArray);
  }
}
