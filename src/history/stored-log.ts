import type { SubjectEvent } from './events.ts';
import type { STORED, RowSink } from './tables/table.ts';

/** Writes what was read back from one stream. */
export class StoredLog {
  readonly #table: RowSink<typeof STORED>;
  readonly #stream: string;
  readonly #sink: (event: SubjectEvent) => void;
  readonly #subjects = new Map<string, number>();

  constructor(table: RowSink<typeof STORED>, stream: string, sink: (event: SubjectEvent) => void) {
    this.#table = table;
    this.#stream = stream;
    this.#sink = sink;
  }

  /**
   * @param by the publisher's code, or `FOREIGN`
   * @param digest the first 64 bits of a hash of the body, as two numbers (`STORED`)
   * @param time when it was stored, µs since 1970
   * @param headers 32 bits of a hash of its headers, or 0
   */
  append(
    seq: number,
    subject: string,
    by: number,
    n: number,
    digest: readonly [high: number, low: number],
    time = 0,
    headers = 0,
  ): void {
    const code = this.#codeOf(subject);
    const row = this.#table.next();
    const { columns } = this.#table;
    columns.seq[row] = seq;
    columns.n[row] = n;
    columns.by[row] = by;
    columns.subject[row] = code;
    columns.digest_high[row] = digest[0];
    columns.digest_low[row] = digest[1];
    columns.time[row] = time;
    columns.headers[row] = headers;
  }

  #codeOf(subject: string): number {
    const known = this.#subjects.get(subject);
    if (known !== undefined) return known;
    const code = this.#subjects.size;
    this.#subjects.set(subject, code);
    this.#sink({ type: 'subject', stream: this.#stream, code, subject });
    return code;
  }
}
