import { ChaosError } from '../../support/errors.ts';
import { ArrowFile, type TypedArray } from './arrow-file.ts';
import { makeColumns, type Columns, type RowSink, type Table } from './table.ts';

/** Rows gathered before they are written, if no flush comes first. */
const BATCH_ROWS = 16_384;
/** A file whose first sequences are below keeps all in four bytes: it takes hours of full load to outgrow them. */
const NARROW_BELOW = 2 ** 31;
const LARGEST_U32 = 2 ** 32 - 1;

export interface TableWriterOptions {
  path: string;
  /** Columns that the file does not have, as they are all zero. */
  without?: readonly string[];
  /** Called before each batch is written: what its codes stand for must be in the history first. */
  readonly before: () => void;
  /** Called once, with the first error; nothing is written after it. */
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Writes the rows of one table to an Arrow IPC stream. The caller asks for the next row and sets its columns directly, as
 * a history of a hundred thousand messages a second leaves no time for an object for each. The first write that fails is
 * the last: a history with a hole in it proves nothing.
 */
export class TableWriter<T extends Table> implements RowSink<T> {
  /** Row `i`, as returned by `next`, is element `i` of each. */
  readonly columns: Columns<T>;
  readonly #table: T;
  readonly #options: TableWriterOptions;
  #file: ArrowFile | undefined;
  #narrow = true;
  #rows = 0;
  #ended = false;

  constructor(table: T, options: TableWriterOptions) {
    this.#table = table;
    this.#options = options;
    this.columns = makeColumns(table, BATCH_ROWS);
  }

  /** The index of a new row; all its columns must be set before the next call to this writer. */
  next(): number {
    if (this.#rows === BATCH_ROWS) this.flush();
    return this.#rows++;
  }

  /** Writes the rows there are. */
  flush(): void {
    const rows = this.#rows;
    this.#rows = 0;
    if (rows > 0 && !this.#ended) this.#guarded(() => this.#write(rows));
  }

  /** After it, rows are dropped: the history has been read by then. */
  close(): void {
    this.flush();
    if (this.#ended) return;
    this.#ended = true;
    const file = this.#file;
    if (file !== undefined) this.#guarded(() => file.close());
  }

  #write(rows: number): void {
    this.#options.before();
    const { without = [] } = this.#options;
    const names = Object.keys(this.#table).filter((name) => !without.includes(name));
    if (this.#file === undefined) this.#narrow = this.#fit(rows, NARROW_BELOW);
    else if (this.#narrow && !this.#fit(rows, LARGEST_U32)) throw new ChaosError('failed', TOO_LARGE);
    const arrays = names.map((name) => this.#filled(name, rows));
    this.#file ??= new ArrowFile(
      this.#options.path,
      arrays.map((array, at) => ({ name: names[at] ?? '', array })),
    );
    this.#file.append(arrays);
  }

  #filled(name: string, rows: number): TypedArray {
    const array = (this.columns[name] as TypedArray).subarray(0, rows);
    return this.#table[name] === 'sequence' && this.#narrow ? Uint32Array.from(array) : array;
  }

  #fit(rows: number, largest: number): boolean {
    return Object.entries(this.#table).every(([name, type]) => {
      if (type !== 'sequence') return true;
      const column = this.columns[name] as Float64Array;
      for (let row = 0; row < rows; row += 1) if ((column[row] ?? 0) > largest) return false;
      return true;
    });
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      this.#ended = true;
      this.#options.onFailure(thrown);
    }
  }
}

const TOO_LARGE = 'the sequences of a stream outgrew 32 bits within the run, which its history cannot hold';
