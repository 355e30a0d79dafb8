import { OP, type Operations } from './operations.ts';
import { NO_PART, REFUSAL, type Order } from './order.ts';

interface Marks {
  read: number;
  wrote: number;
}

/** What each client had read and written of a key by itself, as the rows of the key go by. */
export class SessionMarks {
  readonly #rows: Uint32Array;
  readonly #operations: Operations;
  readonly #order: Order;
  /** By client: the row with the highest place that it had read, and written; -1 for none. */
  readonly #marks = new Map<number, Marks>();
  #next = 0;

  /** @param rows of one key, in the order in which they were sent */
  constructor(rows: Uint32Array, operations: Operations, order: Order) {
    this.#rows = rows;
    this.#operations = operations;
    this.#order = order;
  }

  /**
   * What the client of a stale read had itself that is newer: it had read it (`nonMonotonic`), or written it. Must be asked
   * in the order of the rows.
   */
  ownNewer(row: number): { row: number; kind: 'nonMonotonic' | 'ownWriteMissed' } | undefined {
    for (; this.#next < this.#rows.length && this.#rows[this.#next] !== row; this.#next += 1)
      this.#mark(this.#rows[this.#next] ?? 0);
    const { place } = this.#order;
    const marks = this.#marks.get(this.#operations.client[row] ?? 0);
    const isNewer = (other: number): boolean => other >= 0 && (place[other] ?? 0) > (place[row] ?? 0);
    if (marks !== undefined && isNewer(marks.read)) return { row: marks.read, kind: 'nonMonotonic' };
    if (marks !== undefined && isNewer(marks.wrote)) return { row: marks.wrote, kind: 'ownWriteMissed' };
    return undefined;
  }

  #mark(row: number): void {
    const { client, op, end } = this.#operations;
    const { part, place } = this.#order;
    if (part[row] === NO_PART || part[row] === REFUSAL || end[row] === Infinity) return;
    const of = client[row] ?? 0;
    const marks = this.#marks.get(of) ?? { read: -1, wrote: -1 };
    const kind = op[row] === OP.get ? 'read' : 'wrote';
    if (marks[kind] < 0 || (place[row] ?? 0) > (place[marks[kind]] ?? 0)) marks[kind] = row;
    this.#marks.set(of, marks);
  }
}
