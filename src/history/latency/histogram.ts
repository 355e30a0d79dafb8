import type { Milliseconds } from '../../support/units.ts';
import { bucketOf, BUCKETS, packCounts, rankOf, valueAtRank, type PackedCounts } from './buckets.ts';
import { decodeCounts, encodeCounts } from './hdr-text.ts';

/** Counts latencies, exact to 1 %, in memory that does not grow; two of them can be added up. */
export class LatencyHistogram {
  readonly #counts: Float64Array;
  #count = 0;

  /** @param counts of all buckets */
  constructor(counts: Float64Array = new Float64Array(BUCKETS)) {
    this.#counts = counts;
    this.#count = this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Null for a text that is no histogram of this resolution, as a damaged report may hold. */
  static decode(text: string): LatencyHistogram | null {
    const counts = decodeCounts(text);
    return counts === null ? null : new LatencyHistogram(counts);
  }

  /** How many latencies it holds. */
  get count(): number {
    return this.#count;
  }

  add(latencyMs: Milliseconds): void {
    const bucket = bucketOf(latencyMs);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
  }

  merge(other: LatencyHistogram): this {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.#count += other.#count;
    return this;
  }

  /**
   * The latency that this share of all operations did not exceed (nearest rank), at most 1 % above the true one.
   *
   * @param unanswered operations that got no answer: each is slower than all others, so that the result may be Infinity
   * @returns null without any operation
   */
  quantile(quantile: number, unanswered = 0): Milliseconds | null {
    const all = this.#count + unanswered;
    return all === 0 ? null : valueAtRank(this.packed(), rankOf(quantile, all));
  }

  packed(): PackedCounts {
    return packCounts(this.#counts);
  }

  /** The standard text of HDR histograms (V2, compressed, base64), which their tools for other languages read. */
  encode(): string {
    return encodeCounts(this.#counts);
  }
}
