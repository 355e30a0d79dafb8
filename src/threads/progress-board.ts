import type { WorkloadProgress } from '../workloads/workload.ts';

const FIELDS = 5;
const PAUSED = 1;
const FINISHED = 2;
const OFFLINE = 4;

/** The progress of workloads in memory that threads share: written by one, read by the other at any time. */
export class ProgressBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Float64Array;

  /** @param places how many workloads there are, or the buffer of another board */
  constructor(places: number | SharedArrayBuffer) {
    this.buffer =
      typeof places === 'number'
        ? new SharedArrayBuffer(Math.max(1, places) * FIELDS * Float64Array.BYTES_PER_ELEMENT)
        : places;
    this.#numbers = new Float64Array(this.buffer);
  }

  write(at: number, { done, failed, unknown, paused, finished, offline, position }: WorkloadProgress): void {
    const flags = (paused ? PAUSED : 0) | (finished ? FINISHED : 0) | (offline === true ? OFFLINE : 0);
    this.#numbers.set([done, failed, unknown, flags, position ?? 0], at * FIELDS);
  }

  read(at: number): WorkloadProgress {
    const [done = 0, failed = 0, unknown = 0, flags = 0, position = 0] = this.#numbers.subarray(at * FIELDS);
    return {
      done,
      failed,
      unknown,
      paused: (flags & PAUSED) !== 0,
      finished: (flags & FINISHED) !== 0,
      ...((flags & OFFLINE) === 0 ? {} : { offline: true }),
      ...(position === 0 ? {} : { position }),
    };
  }
}
