import type { StoredRows } from '../../history/tables/table.ts';

/** Sequences that may be looked up at once; half of them are before those that were loaded last. */
const WIDTH = 2 ** 17;

/** Takes some consecutive messages: rows `from` up to `to`. */
export type StoredVisitor = (rows: StoredRows, from: number, to: number) => void;

/** Messages of a stream around a sequence, moved on from its first to its last. */
export class StoredWindow {
  /** Sequences from here on can be looked up … */
  from = 0;
  /** … up to here; Infinity once the stream is read to its end. */
  to = 0;
  /** From here up to `from` the stream holds nothing. */
  emptyFrom = 0;
  readonly #rows: Iterator<StoredRows>;
  readonly #visit: StoredVisitor;
  readonly #width: number;
  readonly #n: Uint32Array;
  /** One more than the code of the publisher; 0 where the stream holds nothing. */
  readonly #by: Uint16Array;
  #batch: StoredRows | undefined;
  #row = 0;
  #last = 0;

  /** @param width a power of two */
  constructor(stored: Iterable<StoredRows>, visit: StoredVisitor, width = WIDTH) {
    this.#width = width;
    this.#n = new Uint32Array(width);
    this.#by = new Uint16Array(width);
    this.#rows = stored[Symbol.iterator]();
    this.#visit = visit;
  }

  /** @returns one more than the code of the publisher of the message at a sequence in the window; 0 for no message */
  byAt(seq: number): number {
    return seq - this.from < this.#width ? (this.#by[seq & (this.#width - 1)] as number) : 0;
  }

  nAt(seq: number): number {
    return this.#n[seq & (this.#width - 1)] as number;
  }

  /** Loads the next sequences. */
  advance(): void {
    const next = this.#peek();
    const step = this.#width / 2;
    if (next === Infinity) {
      this.to = Infinity;
    } else if (next >= this.to + step) {
      this.emptyFrom = this.to;
      this.from = next;
      this.to = next + step;
      this.#by.fill(0);
      this.#load();
    } else {
      const from = Math.max(this.from, this.to - step);
      if (from > this.from) this.emptyFrom = from;
      this.from = from;
      this.#clear(this.to, this.to + step);
      this.to += step;
      this.#load();
    }
  }

  #load(): void {
    while (this.#peek() < this.to) {
      const { seq, by, n, length } = this.#batch as StoredRows;
      const { to } = this;
      const [codes, numbers, mask] = [this.#by, this.#n, this.#width - 1];
      let last = this.#last;
      let row = this.#row;
      for (; row < length; row += 1) {
        const at = seq[row] as number;
        if (at >= to) break;
        if (at <= last) throw new Error('a stream was not read back in the order of its sequences');
        last = at;
        codes[at & mask] = (by[row] as number) + 1;
        numbers[at & mask] = n[row] as number;
      }
      this.#visit(this.#batch as StoredRows, this.#row, row);
      this.#last = last;
      this.#row = row;
    }
  }

  /** The next sequence that the stream holds. */
  #peek(): number {
    while (this.#batch === undefined || this.#row >= this.#batch.length) {
      const next = this.#rows.next();
      if (next.done === true) return Infinity;
      this.#batch = next.value;
      this.#row = 0;
    }
    return this.#batch.seq[this.#row] as number;
  }

  #clear(from: number, to: number): void {
    const [first, last] = [from & (this.#width - 1), to & (this.#width - 1)];
    if (first < last) this.#by.fill(0, first, last);
    else this.#by.fill(0, first).fill(0, 0, last);
  }
}
