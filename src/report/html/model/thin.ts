export interface Series {
  /** Milliseconds since the run began, rising. */
  t: number[];
  /** Null when there was no reading: the curve has a gap there. */
  v: (number | null)[];
}

/**
 * At most `limit` points that look the same: of each stretch of time the lowest, the highest and a gap are kept, and
 * the very first and last point.
 */
export function thin(series: Series, limit: number): Series {
  const count = series.t.length;
  if (count <= limit) return series;
  const buckets = Math.max(1, Math.floor((limit - 2) / 3));
  const start = series.t[0] ?? 0;
  const span = (series.t[count - 1] ?? 0) - start || 1;
  const kept = new Set<number>([0, count - 1]);
  let from = 0;
  for (let bucket = 1; bucket <= buckets; bucket++) {
    const end = bucket === buckets ? Infinity : start + (span * bucket) / buckets;
    let to = from;
    while (to < count && (series.t[to] ?? 0) < end) to += 1;
    for (const index of extremes(series.v, from, to)) kept.add(index);
    from = to;
  }
  const indexes = [...kept].sort((a, b) => a - b);
  return { t: indexes.map((i) => series.t[i] ?? 0), v: indexes.map((i) => series.v[i] ?? null) };
}

/** The positions of the lowest and the highest value and of the first gap in a stretch. */
function extremes(values: readonly (number | null)[], from: number, to: number): number[] {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let at = from; at < to; at++) {
    const value = values[at] ?? null;
    if (value === null) {
      if (gap < 0) gap = at;
    } else {
      if (low < 0 || value < (values[low] ?? 0)) low = at;
      if (high < 0 || value > (values[high] ?? 0)) high = at;
    }
  }
  return [low, high, gap].filter((index) => index >= 0);
}
