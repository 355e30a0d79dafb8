import { closeSync, openSync, writeSync } from 'node:fs';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';

/** Types of columns, in the words of Parquet. A time of day has none: times are milliseconds since the run began. */
export type ParquetType = 'STRING' | 'INT64' | 'INT32' | 'DOUBLE' | 'BOOLEAN';
export type Cell = string | bigint | number | boolean | null;

/** As many are in memory at once. */
const GROUP_ROWS = 50_000;

/** Writes rows to a Parquet file, a group of them at a time. */
export class ParquetFile {
  readonly path: string;
  rows = 0;
  readonly #fd: number;
  readonly #names: string[];
  readonly #writer: ParquetWriter;
  #columns: Cell[][];

  /** @throws the file system's error when the file cannot be made */
  constructor(path: string, schema: Readonly<Record<string, ParquetType>>) {
    this.path = path;
    this.#names = Object.keys(schema);
    this.#columns = this.#names.map(() => []);
    this.#fd = openSync(path, 'w');
    this.#writer = new ParquetWriter({ writer: new FileWriter(this.#fd), schema: elementsOf(schema) });
  }

  /** @param row a cell for each column */
  append(row: readonly Cell[]): void {
    for (const [at, cell] of row.entries()) this.#columns[at]?.push(cell);
    this.rows += 1;
    if (this.#columns[0]?.length === GROUP_ROWS) this.#write();
  }

  /** Closes the file, also where writing its end fails. */
  close(): void {
    try {
      this.#write();
      void this.#writer.finish();
    } finally {
      closeSync(this.#fd);
    }
  }

  #write(): void {
    if (this.#columns[0]?.length === 0) return;
    const columnData = this.#names.map((name, at) => ({
      name,
      data: this.#columns[at] ?? [],
      offsetIndex: false,
    }));
    void this.#writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    this.#columns = this.#names.map(() => []);
  }
}

/** Appends to a descriptor whatever was gathered, once for each group of rows. */
class FileWriter extends ByteWriter {
  readonly #fd: number;

  constructor(fd: number) {
    super(1024 ** 2);
    this.#fd = fd;
  }

  flush(): void {
    // One write may take less than it is given, on a full disk above all.
    for (let rest = this.getBytes(); rest.length > 0;) rest = rest.subarray(writeSync(this.#fd, rest));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

function elementsOf(schema: Readonly<Record<string, ParquetType>>): SchemaElement[] {
  const columns = Object.entries(schema).map(([name, type]): SchemaElement => {
    const repetition_type = 'OPTIONAL';
    return type === 'STRING'
      ? { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }
      : { name, type, repetition_type };
  });
  return [{ name: 'root', num_children: columns.length }, ...columns];
}
