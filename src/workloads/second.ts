import type { Outcome } from '../history/events.ts';
import { packCounts, rankOf, valueAtRank, type PackedCounts } from '../history/latency/buckets.ts';
import type { WorkloadSecond } from '../history/workload-record.ts';
import type { Milliseconds } from '../support/units.ts';

/** What began in one second: its latencies are in a full array while many come, and otherwise only what is not zero. */
export class Second {
  /** Whole seconds since the run began. */
  readonly at: number;
  readonly counts: Record<Outcome, number> = { ok: 0, failed: 0, unknown: 0 };
  /** By bucket; undefined while it is closed. */
  latencies: Uint32Array | undefined;
  /** From when it was closed last. */
  #packed: PackedCounts = new Float64Array(0);

  constructor(at: number) {
    this.at = at;
  }

  /** @param empty as long as there are buckets, all zero */
  open(empty: Uint32Array): Uint32Array {
    for (let i = 0; i < this.#packed.length; i += 2) empty[this.#packed[i] ?? 0] = this.#packed[i + 1] ?? 0;
    this.latencies = empty;
    return empty;
  }

  /** @returns the array that it no longer needs, emptied */
  close(): Uint32Array | undefined {
    const freed = this.latencies;
    this.#packed = this.packed();
    this.latencies = undefined;
    return freed?.fill(0);
  }

  packed(): PackedCounts {
    return this.latencies === undefined ? this.#packed : packCounts(this.latencies);
  }

  figures(): WorkloadSecond {
    return { t: this.at * 1000, ...this.counts, ...percentilesOf(this.packed()) };
  }
}

function percentilesOf(packed: PackedCounts): { p50Ms?: Milliseconds; p99Ms?: Milliseconds } {
  let answered = 0;
  for (let at = 1; at < packed.length; at += 2) answered += packed[at] ?? 0;
  if (answered === 0) return {};
  return {
    p50Ms: valueAtRank(packed, rankOf(0.5, answered)),
    p99Ms: valueAtRank(packed, rankOf(0.99, answered)),
  };
}
