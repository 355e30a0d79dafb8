import type { DeliveryStatus } from '../../history/events.ts';
import { MemoryTable } from '../../history/tables/memory-table.ts';
import { DELIVERIES, type DeliveryRows } from '../../history/tables/table.ts';
import type { Milliseconds } from '../../support/units.ts';

/** The second rows of deliveries: how acknowledgements ended that took longer than the history could wait. */
export class LaterRows {
  readonly #rows: DeliveryRows;
  /** Rows by sequence. */
  readonly #order: Uint32Array;

  constructor(batches: Iterable<DeliveryRows>, statuses: readonly DeliveryStatus[]) {
    const table = new MemoryTable(DELIVERIES);
    for (const rows of batches) {
      for (let row = 0; row < rows.length; row += 1) {
        if (statuses[rows.status[row] ?? 0]?.row !== 'later') continue;
        const at = table.next();
        for (const name of NEEDED) table.columns[name][at] = rows[name][row] ?? 0;
      }
    }
    this.#rows = table.rows();
    const { seq } = this.#rows;
    this.#order = Uint32Array.from(seq.keys()).sort((a, b) => (seq[a] ?? 0) - (seq[b] ?? 0) || a - b);
  }

  /** How the acknowledgement of the delivery of this sequence at this time ended; in µs since then. */
  of(seq: number, t: Milliseconds): { acked: number; status: number } | undefined {
    const { seq: seqs, t: times, acked, status } = this.#rows;
    for (let at = this.#firstOf(seq); at < this.#order.length; at += 1) {
      const row = this.#order[at] ?? 0;
      if (seqs[row] !== seq) return undefined;
      if (times[row] === t) return { acked: acked[row] ?? 0, status: status[row] ?? 0 };
    }
    return undefined;
  }

  #firstOf(seq: number): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows.seq[this.#order[middle] ?? 0] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NEEDED = ['t', 'seq', 'acked', 'status'] as const;
