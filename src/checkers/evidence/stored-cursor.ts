import type { History } from '../../history/history.ts';
import type { StoredRows } from '../../history/tables/table.ts';

/** One message of a stream after the other. */
export class StoredCursor {
  readonly stream: string;
  /** Of the message that it is at; Infinity after the last. */
  seq = 0;
  readonly #subjects: readonly string[];
  readonly #rows: Iterator<StoredRows>;
  #batch: StoredRows | undefined;
  #same: { stream: string; codes: readonly number[] } | undefined;
  #row = -1;

  /** @param from the first sequence that counts */
  constructor(history: History, stream: string, from: number) {
    this.stream = stream;
    this.#subjects = history.subjects(stream);
    this.#rows = history.stored(stream)[Symbol.iterator]();
    do this.next();
    while (this.seq < from);
  }

  get by(): number {
    return this.#batch?.by[this.#row] as number;
  }

  get n(): number {
    return this.#batch?.n[this.#row] as number;
  }

  get subject(): string {
    return this.#subjects[this.#batch?.subject[this.#row] as number] ?? '';
  }

  hasContentOf(other: StoredCursor): boolean {
    const [mine, theirs] = [this.#batch as StoredRows, other.#batch as StoredRows];
    return (
      mine.digest_low[this.#row] === theirs.digest_low[other.#row] &&
      mine.digest_high[this.#row] === theirs.digest_high[other.#row]
    );
  }

  hasTimeOf(other: StoredCursor): boolean {
    return this.#batch?.time[this.#row] === other.#batch?.time[other.#row];
  }

  hasHeadersOf(other: StoredCursor): boolean {
    return this.#batch?.headers[this.#row] === other.#batch?.headers[other.#row];
  }

  /** Goes on, with another that is at the same sequence, to the first messages that differ. @returns past how many */
  skipAlike(other: StoredCursor): number {
    const sameSubject = this.#sameSubjects(other);
    let skipped = 0;
    while (this.seq < Infinity && other.seq < Infinity) {
      const [mine, theirs] = [this.#batch as StoredRows, other.#batch as StoredRows];
      const rows = Math.min(mine.length - this.#row, theirs.length - other.#row);
      const alike = countAlike(mine, this.#row, theirs, other.#row, rows, sameSubject);
      this.#skip(alike);
      other.#skip(alike);
      skipped += alike;
      if (alike < rows) break;
    }
    return skipped;
  }

  next(): void {
    this.#skip(1);
  }

  /** By code, the other's code of the same subject. */
  #sameSubjects(other: StoredCursor): readonly number[] {
    const { stream } = other;
    if (this.#same?.stream !== stream) {
      const codes = new Map(other.#subjects.map((subject, code) => [subject, code]));
      this.#same = { stream, codes: this.#subjects.map((subject) => codes.get(subject) ?? -1) };
    }
    return this.#same.codes;
  }

  #skip(rows: number): void {
    this.#row += rows;
    while (this.#batch === undefined || this.#row >= this.#batch.length) {
      const next = this.#rows.next();
      if (next.done === true) {
        this.seq = Infinity;
        return;
      }
      this.#batch = next.value;
      this.#row = 0;
    }
    this.seq = this.#batch.seq[this.#row] as number;
  }
}

function countAlike(
  mine: StoredRows,
  from: number,
  theirs: StoredRows,
  at: number,
  rows: number,
  sameSubject: readonly number[],
): number {
  const { seq, subject, digest_low: low, digest_high: high, time, headers } = mine;
  const { seq: seqs, subject: subjects, digest_low: lows, digest_high: highs } = theirs;
  const { time: times, headers: headersOfTheirs } = theirs;
  for (let row = 0; row < rows; row += 1) {
    const [a, b] = [from + row, at + row];
    if (
      seq[a] !== seqs[b] ||
      low[a] !== lows[b] ||
      high[a] !== highs[b] ||
      time[a] !== times[b] ||
      headers[a] !== headersOfTheirs[b] ||
      sameSubject[subject[a] as number] !== subjects[b]
    )
      return row;
  }
  return rows;
}
