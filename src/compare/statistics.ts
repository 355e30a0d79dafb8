/** A median with a range that holds the true one with a known probability, whatever the distribution is. */
export interface Spread {
  n: number;
  median: number;
  low: number;
  high: number;
  /** Probability that the range holds the true median: at least 0.95 when there are enough runs for that. */
  coverage: number;
  /** A latency of all runs together, where their histograms could be added up: it stands for the median. */
  merged?: number;
}

/** The one figure that stands for all runs. */
export function centreOf({ merged, median }: Pick<Spread, 'merged' | 'median'>): number {
  return merged ?? median;
}

/** @param values at least one; Infinity for an event that never happened */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const at = (index: number): number => sorted[index] ?? NaN;
  // Starts with the widest range, and cuts one value on each side while 0.95 is kept.
  let cut = 0;
  while (coverageOf(n, cut + 1) >= 0.95) cut += 1;
  return { n, median: medianOf(sorted), low: at(cut), high: at(n - 1 - cut), coverage: coverageOf(n, cut) };
}

export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  if (sorted.length % 2 === 1) return high;
  const low = sorted[middle - 1] ?? NaN;
  return low === high ? low : (low + high) / 2;
}

/** Probability that the true median is inside what is left after the cut: the inverse of the sign test. */
function coverageOf(n: number, cut: number): number {
  if (2 * cut >= n) return 0;
  let tail = 0;
  let term = 0.5 ** n;
  for (let k = 0; k <= cut; k++) {
    tail += term;
    term = (term * (n - k)) / (k + 1);
  }
  return Math.max(0, 1 - 2 * tail);
}

export interface RankTest {
  /** Two-sided probability of a difference at least this large by chance. */
  twoSided: number;
  /** The same, one-sided: "the second group is larger". */
  larger: number;
  /** The smallest two-sided probability that groups of these sizes can reach. */
  smallest: number;
  method: 'exact' | 'normal';
}

/** Above this many runs in total the normal approximation is as good as the exact test. */
const EXACT_RUNS = 40;

/**
 * Mann–Whitney U: whether two groups of runs differ. Exact over all possible groupings of the runs, with ties; it
 * assumes nothing about the distributions, and Infinity is simply the largest value.
 */
export function rankTest(first: readonly number[], second: readonly number[]): RankTest {
  const ranks = doubledRanks([...first, ...second]);
  const sum = ranks.slice(first.length).reduce((total, rank) => total + rank, 0);
  const exact = ranks.length <= EXACT_RUNS;
  const tails = exact ? exactTails(ranks, second.length, sum) : normalTails(ranks, second.length, sum);
  return {
    twoSided: Math.min(1, 2 * Math.min(tails.larger, tails.smaller)),
    larger: tails.larger,
    smallest: Math.min(1, 2 / combinations(ranks.length, first.length)),
    method: exact ? 'exact' : 'normal',
  };
}

/** Twice the mean rank of each value, so that ties stay integers. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const rankOf = new Map<number, number>();
  for (let from = 0; from < sorted.length;) {
    const value = sorted[from] ?? NaN;
    let to = from;
    while (to < sorted.length && sorted[to] === value) to += 1;
    rankOf.set(value, from + 1 + to);
    from = to;
  }
  return values.map((value) => rankOf.get(value) ?? NaN);
}

/** Counts, for each sum, the ways to choose `size` of the ranks. */
function exactTails(
  ranks: readonly number[],
  size: number,
  sum: number,
): { larger: number; smaller: number } {
  const most = ranks.reduce((total, rank) => total + rank, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  const none = ways[0];
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks) {
    for (let chosen = size; chosen >= 1; chosen--) {
      const [to, from] = [ways[chosen], ways[chosen - 1]];
      if (to === undefined || from === undefined) continue;
      for (let total = most; total >= rank; total--) to[total] = (to[total] ?? 0) + (from[total - rank] ?? 0);
    }
  }
  const all = ways[size] ?? new Float64Array();
  const count = all.reduce((total, one) => total + one, 0);
  const upTo = all.slice(0, sum + 1).reduce((total, one) => total + one, 0);
  return { larger: (count - upTo + (all[sum] ?? 0)) / count, smaller: upTo / count };
}

function normalTails(
  ranks: readonly number[],
  size: number,
  sum: number,
): { larger: number; smaller: number } {
  const n = ranks.length;
  const mean = (size * (n + 1)) / 2;
  const spread = ranks.reduce((total, rank) => total + (rank / 2 - (n + 1) / 2) ** 2, 0);
  const deviation = Math.sqrt((size * (n - size) * spread) / (n * (n - 1)));
  if (deviation === 0) return { larger: 1, smaller: 1 };
  const tail = (distance: number): number => 1 - normal((distance - 0.5) / deviation);
  return { larger: tail(sum / 2 - mean), smaller: tail(mean - sum / 2) };
}

/** The normal distribution function; error below 1e-7 (Abramowitz and Stegun 26.2.17). */
function normal(z: number): number {
  if (z < 0) return 1 - normal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = factors.reduce((total, factor, power) => total + factor * t ** (power + 1), 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
