import type { PublishStatus } from './events.ts';
import { StatusCodes, type StatusSink } from './status-codes.ts';
import { encodeLate } from './tables/late.ts';
import type { PUBLISHES, RowSink } from './tables/table.ts';
import type { Milliseconds } from '../support/units.ts';

/** The status of a message that was acknowledged at its first attempt. */
export const ACKNOWLEDGED = 0;

/** Writes what became of the messages of one workload. */
export class PublishLog {
  readonly #table: RowSink<typeof PUBLISHES>;
  readonly #codes: StatusCodes<PublishStatus>;

  constructor(table: RowSink<typeof PUBLISHES>, workload: string, sink: StatusSink) {
    this.#table = table;
    this.#codes = new StatusCodes<PublishStatus>(workload, sink, [{ outcome: 'ok', attempts: 1 }]);
  }

  /** The code of a status; `ACKNOWLEDGED` needs no call. */
  codeOf(status: PublishStatus): number {
    const { error, ...plain } = status;
    if (error === undefined && plain.attempts <= 2) return this.#codes.of(status, status);
    return this.#codes.of(status, { ...plain, attempts: Math.min(plain.attempts, 2) });
  }

  /**
   * @param t when it was first sent, since the run began
   * @param lateMs from when it was due until it was first sent
   * @param latencyMs from when it was first sent until its outcome was known
   * @param seq the stream sequence of the acknowledgement, or 0
   */
  append(
    n: number,
    t: Milliseconds,
    lateMs: Milliseconds,
    latencyMs: Milliseconds,
    seq: number,
    status: number,
  ): void {
    const row = this.#table.next();
    const { columns } = this.#table;
    columns.n[row] = n;
    columns.t[row] = t;
    columns.latency[row] = latencyMs * 1000 + 0.5;
    columns.late[row] = encodeLate(lateMs);
    columns.seq[row] = seq;
    columns.status[row] = status;
  }
}
