import type { Outcome } from '../history/events.ts';
import type { WorkloadRecord, WorkloadSecond } from '../history/record.ts';
import type { Milliseconds } from '../support/units.ts';

interface Second {
  counts: Record<Outcome, number>;
  latencies: Milliseconds[];
  /** What `latencies` came to, until one is added. */
  percentiles: { p50Ms?: Milliseconds; p99Ms?: Milliseconds } | undefined;
}

/** Counts a workload's operations, in all and by second. */
export class Tally {
  readonly totals: Record<Outcome, number> = { ok: 0, failed: 0, unknown: 0 };
  redelivered = 0;
  #firstError: string | undefined;
  readonly #seconds = new Map<number, Second>();

  /** @param t when the operation began, ms since the run began */
  count(t: Milliseconds, outcome: Outcome, latencyMs?: Milliseconds): void {
    this.totals[outcome] += 1;
    const at = Math.floor(t / 1000);
    let second = this.#seconds.get(at);
    if (second === undefined) {
      second = { counts: { ok: 0, failed: 0, unknown: 0 }, latencies: [], percentiles: undefined };
      this.#seconds.set(at, second);
    }
    second.counts[outcome] += 1;
    if (latencyMs === undefined) return;
    second.latencies.push(latencyMs);
    second.percentiles = undefined;
  }

  /** Keeps the first error in words. */
  error(text: string): void {
    this.#firstError ??= text;
  }

  record(name: string, kind: string, target: string): WorkloadRecord {
    return {
      name,
      kind,
      target,
      ...this.totals,
      redelivered: this.redelivered,
      ...(this.#firstError === undefined ? {} : { firstError: this.#firstError }),
      seconds: this.#everySecond(),
    };
  }

  /** From the first second to the last, those included in which nothing happened: a standstill is a figure too. */
  #everySecond(): WorkloadSecond[] {
    if (this.#seconds.size === 0) return [];
    const first = Math.min(...this.#seconds.keys());
    const last = Math.max(...this.#seconds.keys());
    return Array.from({ length: last - first + 1 }, (_, i) =>
      figures(first + i, this.#seconds.get(first + i)),
    );
  }
}

function figures(at: number, second: Second | undefined): WorkloadSecond {
  if (second === undefined) return { t: at * 1000, ok: 0, failed: 0, unknown: 0 };
  second.percentiles ??= percentilesOf(second.latencies);
  return { t: at * 1000, ...second.counts, ...second.percentiles };
}

function percentilesOf(latencies: readonly Milliseconds[]): { p50Ms?: Milliseconds; p99Ms?: Milliseconds } {
  if (latencies.length === 0) return {};
  const sorted = Float64Array.from(latencies).sort();
  return { p50Ms: nearestRank(sorted, 0.5), p99Ms: nearestRank(sorted, 0.99) };
}

function nearestRank(sorted: Float64Array, share: number): Milliseconds {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return Math.round(value * 1000) / 1000;
}
