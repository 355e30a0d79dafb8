import { closeSync, fstatSync, openSync, readSync, writevSync } from 'node:fs';
import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint16,
  Uint32,
  Uint8,
  type DataType,
} from 'apache-arrow';

export type TypedArray =
  Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Gathers what one batch becomes, so that it can be written at once: the package's own sinks are all asynchronous. */
class BatchWriter extends RecordBatchStreamWriter {
  bytes: Uint8Array[] = [];

  protected override _write(chunk: ArrayBufferView): this {
    if (chunk.byteLength === 0) return this;
    this.bytes.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this._position += chunk.byteLength;
    return this;
  }
}

/** Appends batches to an Arrow IPC stream file; each is in the file, and can be read, once `append` returns. */
export class ArrowFile {
  readonly #fd: number;
  readonly #schema: Schema;
  readonly #writer = new BatchWriter({ autoDestroy: false });

  /** @throws the file system's error when the file cannot be made */
  constructor(path: string, columns: readonly { name: string; array: TypedArray }[]) {
    this.#schema = new Schema(columns.map(({ name, array }) => new Field(name, typeOf(array), false)));
    this.#fd = openSync(path, 'wx');
    this.#writer.reset(undefined, this.#schema);
  }

  /** @param columns in the order of the schema, all of one length */
  append(columns: readonly TypedArray[]): void {
    const length = columns[0]?.length ?? 0;
    const children = columns.map((data) => makeData({ type: typeOf(data), data, nullCount: 0 } as never));
    const type = new Struct(this.#schema.fields);
    this.#writer.write(new RecordBatch(this.#schema, makeData({ type, length, nullCount: 0, children })));
    this.#write();
  }

  /** Ends the stream, and closes the file, also where that fails. */
  close(): void {
    try {
      this.#writer.finish();
      this.#write();
    } finally {
      closeSync(this.#fd);
    }
  }

  #write(): void {
    let bytes = this.#writer.bytes;
    this.#writer.bytes = [];
    // One write may take less than it is given, on a full disk above all.
    while (bytes.length > 0) bytes = rest(bytes, writevSync(this.#fd, bytes));
  }
}

function rest(bytes: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  return bytes.flatMap((chunk) => {
    const taken = Math.min(left, chunk.length);
    left -= taken;
    return taken === chunk.length ? [] : [chunk.subarray(taken)];
  });
}

function typeOf(array: TypedArray): DataType {
  if (array instanceof Uint8Array) return new Uint8();
  if (array instanceof Uint16Array) return new Uint16();
  if (array instanceof Uint32Array) return new Uint32();
  return new Float64();
}

/** The columns of one batch, by name. */
export interface Batch {
  length: number;
  columns: Readonly<Record<string, TypedArray>>;
}

/** More than the description of a batch needs, and less than its rows do. */
const SMALL_BYTES = 8 * 1024;
const PREFIX_BYTES = 8;

/**
 * Reads the batches of a file, one after the other.
 *
 * @returns whether the file ends in the middle of a batch: what wrote it died
 * @throws the file system's error when the file cannot be read
 */
export function* readBatches(path: string): Generator<Batch, boolean> {
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size === 0) return true;
    const reader = RecordBatchReader.from(chunksOf(fd));
    for (;;) {
      let next: IteratorResult<RecordBatch>;
      try {
        next = reader.next();
      } catch {
        // The package has no error of its own for a stream that ends early.
        return true;
      }
      if (next.done === true) return false;
      yield batchOf(next.value);
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads what the package asks for, piece by piece: a batch is then whole in one piece, and nothing of it is copied. All
 * large pieces share one memory, as a batch is only valid until the next one is read.
 */
function* chunksOf(fd: number): Generator<Uint8Array, void, number | undefined> {
  let shared = Buffer.alloc(0);
  let wanted: number | undefined;
  for (;;) {
    const size = wanted !== undefined && wanted > 0 ? wanted : PREFIX_BYTES;
    if (size > SMALL_BYTES && shared.length < size) shared = Buffer.allocUnsafeSlow(size);
    const chunk = size > SMALL_BYTES ? shared.subarray(0, size) : Buffer.alloc(size);
    const length = fill(fd, chunk);
    if (length === 0) return;
    wanted = yield chunk.subarray(0, length);
  }
}

/** @returns how many bytes there were */
function fill(fd: number, chunk: Buffer): number {
  let length = 0;
  while (length < chunk.length) {
    const read = readSync(fd, chunk, length, chunk.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function batchOf(batch: RecordBatch): Batch {
  const columns = Object.fromEntries(
    batch.schema.fields.map(({ name }, at) => [name, batch.data.children[at]?.values as TypedArray]),
  );
  return { length: batch.numRows, columns };
}
