import type { AnyStatus, StatusEvent } from './events.ts';

export type StatusSink = (event: StatusEvent) => void;

/** Of the 256 codes, those for statuses in full; the rest is for what is left of them without their details. */
const MOST_IN_FULL = 200;

/** Gives each status of a workload a code, and tells the history what it stands for. */
export class StatusCodes<S extends AnyStatus> {
  readonly #workload: string;
  readonly #sink: StatusSink;
  readonly #codes = new Map<string, number>();

  /** @param known get the codes 0, 1, 2 … */
  constructor(workload: string, sink: StatusSink, known: readonly S[]) {
    this.#workload = workload;
    this.#sink = sink;
    for (const status of known) this.#add(status, JSON.stringify(status));
  }

  /** @param plain what stands for it when there have been too many different ones; of at most 50 */
  of(status: S, plain: S): number {
    const key = JSON.stringify(status);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    if (this.#codes.size < MOST_IN_FULL) return this.#add(status, key);
    const plainKey = JSON.stringify(plain);
    return this.#codes.get(plainKey) ?? this.#add(plain, plainKey);
  }

  #add(status: S, key: string): number {
    const code = this.#codes.size;
    this.#codes.set(key, code);
    this.#sink({ type: 'status', workload: this.#workload, code, status });
    return code;
  }
}
