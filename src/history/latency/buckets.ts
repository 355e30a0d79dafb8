import type { Milliseconds } from '../../support/units.ts';

/**
 * The buckets of an HDR histogram with two significant digits over whole microseconds, from 0 to 71 minutes: below 256
 * each value has a bucket of its own, and from there on every doubling has 128 buckets. So a value is known to 1 %.
 */
export const BUCKETS = 26 * 128;
/** Longer ones are counted as this. */
export const MAX_MICROSECONDS = 2 ** 32 - 1;

/** The bucket of a latency; of all code here only this runs once for every operation. */
export function bucketOf(ms: Milliseconds): number {
  const us = ms > 0 ? Math.min(MAX_MICROSECONDS, Math.round(ms * 1000)) : 0;
  if (us < 256) return us;
  const doublings = 24 - Math.clz32(us);
  return (doublings << 7) + (us >>> doublings);
}

/** The lowest value that is in a bucket, in microseconds. */
export function lowestOf(bucket: number): number {
  if (bucket < 256) return bucket;
  return ((bucket & 127) + 128) * 2 ** ((bucket >> 7) - 1);
}

/** The highest value that is in a bucket: a figure that is read from it is never below the true one. */
export function highestOf(bucket: number): Milliseconds {
  return (lowestOf(bucket + 1) - 1) / 1000;
}

/** Bucket and count in turn, by bucket, without those that are empty. */
export type PackedCounts = Float64Array;

/** @param counts of all buckets */
export function packCounts(counts: Uint32Array | Float64Array): PackedCounts {
  let used = 0;
  for (const count of counts) if (count > 0) used += 1;
  const packed = new Float64Array(used * 2);
  let at = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] ?? 0;
    if (count === 0) continue;
    packed[at++] = bucket;
    packed[at++] = count;
  }
  return packed;
}

/**
 * The latency at a rank of a sorted list that nobody keeps.
 *
 * @param rank from 1 on; Infinity beyond the last
 */
export function valueAtRank(packed: PackedCounts, rank: number): Milliseconds {
  let below = 0;
  for (let at = 0; at < packed.length; at += 2) {
    below += packed[at + 1] ?? 0;
    if (below >= rank) return highestOf(packed[at] ?? 0);
  }
  return Infinity;
}

/** Nearest rank. */
export function rankOf(quantile: number, count: number): number {
  // Without the correction 0.999 × 1000 would be a little more than 999.
  return Math.max(1, Math.ceil(quantile * count - 1e-9 * count));
}
