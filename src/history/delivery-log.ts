import type { DeliveryStatus } from './events.ts';
import { StatusCodes, type StatusSink } from './status-codes.ts';
import type { DELIVERIES, RowSink } from './tables/table.ts';
import type { Milliseconds } from '../support/units.ts';

/** The status of a message whose acknowledgement was confirmed. */
export const CONFIRMED = 0;
/** The status of a message without an outcome of its acknowledgement (yet). */
export const DELIVERED = 1;
/** The status of a later row: the acknowledgement of a message that has a row already was confirmed. */
export const CONFIRMED_LATER = 2;

/** Writes what was delivered to one workload, and what became of it. */
export class DeliveryLog {
  readonly #table: RowSink<typeof DELIVERIES>;
  readonly #codes: StatusCodes<DeliveryStatus>;

  constructor(table: RowSink<typeof DELIVERIES>, workload: string, sink: StatusSink) {
    this.#table = table;
    this.#codes = new StatusCodes<DeliveryStatus>(workload, sink, [
      { row: 'acknowledged', outcome: 'ok' },
      { row: 'delivered' },
      { row: 'later', outcome: 'ok' },
    ]);
  }

  /** The code of a status; the constants of this file need no call. */
  codeOf(status: DeliveryStatus): number {
    const { row, outcome, instead } = status;
    return this.#codes.of(status, {
      row,
      ...(outcome === undefined ? {} : { outcome }),
      ...(instead === undefined ? {} : { instead }),
    });
  }

  /**
   * @param t when it was delivered, since the run began
   * @param by the publisher's code, or `FOREIGN`
   * @param ackedMs from its delivery until the outcome of its acknowledgement was known, or 0
   * @param member which of the workload's members it was delivered to
   */
  append(
    t: Milliseconds,
    seq: number,
    by: number,
    n: number,
    deliveries: number,
    ackedMs: Milliseconds,
    status: number,
    member = 0,
  ): void {
    const row = this.#table.next();
    const { columns } = this.#table;
    columns.t[row] = t;
    columns.seq[row] = seq;
    columns.n[row] = n;
    columns.by[row] = by;
    columns.deliveries[row] = Math.min(deliveries, 255);
    columns.acked[row] = ackedMs * 1000 + 0.5;
    columns.member[row] = member;
    columns.status[row] = status;
  }
}
