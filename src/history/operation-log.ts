import type { KeyEvent, OperationStatus } from './events.ts';
import { StatusCodes, type StatusSink } from './status-codes.ts';
import { encodeLate } from './tables/late.ts';
import { FOREIGN, type OPERATIONS, type RowSink } from './tables/table.ts';
import type { Milliseconds } from '../support/units.ts';

/** The status of an operation that succeeded. */
const DONE = 0;

/** One operation, as it is written to the history. */
export interface OperationEntry<Op extends string> {
  /** When it was sent, since the run began. */
  t: Milliseconds;
  /** From when it was due until it was sent. */
  lateMs: Milliseconds;
  /** From when it was sent until its outcome was known. */
  latencyMs: Milliseconds;
  client: number;
  op: Op;
  /** What it was about. */
  key: string;
  /** Who wrote what it wrote or found, by code; left out where nobody of this run did. */
  by?: number;
  /** The number of that write in its workload. */
  value?: number;
  status: OperationStatus;
}

/** Writes what became of the operations of one workload on things with names. */
export class OperationLog<Op extends string = string> {
  readonly #table: RowSink<typeof OPERATIONS>;
  readonly #workload: string;
  readonly #names: readonly Op[];
  readonly #sink: (event: KeyEvent) => void;
  readonly #codes: StatusCodes<OperationStatus>;
  readonly #keys = new Map<string, number>();

  /** @param names of the operations, by code */
  constructor(
    table: RowSink<typeof OPERATIONS>,
    workload: string,
    names: readonly Op[],
    sink: StatusSink & ((event: KeyEvent) => void),
  ) {
    this.#table = table;
    this.#workload = workload;
    this.#names = names;
    this.#sink = sink;
    this.#codes = new StatusCodes<OperationStatus>(workload, sink, [{ outcome: 'ok' }]);
  }

  append({ t, lateMs, latencyMs, client, op, key, by, value, status }: OperationEntry<Op>): void {
    const [of, code] = [this.#keyOf(key), this.#codeOf(status)];
    const row = this.#table.next();
    const { columns } = this.#table;
    columns.t[row] = t;
    // Rounded down, an operation might seem to have ended before another one began that it had met.
    columns.latency[row] = Math.ceil(latencyMs * 1000);
    columns.late[row] = encodeLate(lateMs);
    columns.client[row] = client;
    columns.op[row] = this.#names.indexOf(op);
    columns.key[row] = of;
    columns.by[row] = by ?? FOREIGN;
    columns.value[row] = value ?? 0;
    columns.status[row] = code;
  }

  #codeOf(status: OperationStatus): number {
    if (
      status.outcome === 'ok' &&
      status.found === undefined &&
      status.refused === undefined &&
      status.expected === undefined &&
      status.final === undefined
    )
      return DONE;
    const plain = { ...status };
    delete plain.error;
    return this.#codes.of(status, plain);
  }

  #keyOf(key: string): number {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const code = this.#keys.size;
    this.#keys.set(key, code);
    this.#sink({ type: 'key', workload: this.#workload, code, key });
    return code;
  }
}
