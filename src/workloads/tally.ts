import type { Outcome } from '../history/events.ts';
import { bucketOf, BUCKETS } from '../history/latency/buckets.ts';
import { heatMapOf } from '../history/latency/heat-map.ts';
import { LatencyHistogram } from '../history/latency/histogram.ts';
import type { LatencyRecord, WorkloadRecord, WorkloadSecond } from '../history/workload-record.ts';
import type { Milliseconds } from '../support/units.ts';
import { Second } from './second.ts';

/** Seconds that are counted in full arrays: outcomes come soon after the second in which their operation began. */
const MAX_OPEN = 8;

/** Counts a workload's operations and latencies, in total and by second: its memory does not grow with the operations. */
export class Tally {
  readonly totals: Record<Outcome, number> = { ok: 0, failed: 0, unknown: 0 };
  redelivered = 0;
  #firstError: string | undefined;
  readonly #seconds = new Map<number, Second>();
  #current = new Second(-1);
  /** The oldest first. */
  readonly #open: Second[] = [];
  readonly #fromIntended = new Float64Array(BUCKETS);
  readonly #fromSend = new Float64Array(BUCKETS);
  #wasLate = false;

  /**
   * @param t when the operation began, ms since the run began
   * @param latencyMs from the moment that it was meant to begin
   * @param fromSendMs from the send; left out: the same
   */
  count(t: Milliseconds, outcome: Outcome, latencyMs?: Milliseconds, fromSendMs = latencyMs): void {
    this.totals[outcome] += 1;
    const at = Math.floor(t / 1000);
    const second = this.#current.at === at ? this.#current : this.#enter(at);
    second.counts[outcome] += 1;
    if (latencyMs === undefined || fromSendMs === undefined) return;
    const bucket = bucketOf(latencyMs);
    const counts = second.latencies ?? this.#reopen(second);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.#fromIntended[bucket] = (this.#fromIntended[bucket] ?? 0) + 1;
    const sent = fromSendMs === latencyMs ? bucket : bucketOf(fromSendMs);
    this.#fromSend[sent] = (this.#fromSend[sent] ?? 0) + 1;
    if (sent !== bucket) this.#wasLate = true;
  }

  /** Keeps the first error in words. */
  error(text: string): void {
    this.#firstError ??= text;
  }

  record(name: string, kind: string, target: string): WorkloadRecord {
    const seconds = [...this.#seconds.values()].sort((a, b) => a.at - b.at);
    const heatMap = heatMapOf(seconds.map((second) => ({ t: second.at * 1000, packed: second.packed() })));
    return {
      name,
      kind,
      target,
      ...this.totals,
      redelivered: this.redelivered,
      ...(this.#firstError === undefined ? {} : { firstError: this.#firstError }),
      seconds: withStandstills(seconds),
      ...(heatMap === null ? {} : { latency: [this.#latency()], heatMap }),
    };
  }

  #latency(): LatencyRecord {
    return {
      unanswered: this.totals.unknown,
      refused: this.totals.failed,
      fromIntended: new LatencyHistogram(this.#fromIntended).encode(),
      ...(this.#wasLate ? { fromSend: new LatencyHistogram(this.#fromSend).encode() } : {}),
    };
  }

  #enter(at: number): Second {
    let second = this.#seconds.get(at);
    if (second === undefined) {
      second = new Second(at);
      this.#seconds.set(at, second);
    }
    this.#current = second;
    return second;
  }

  /** An array for a second that has none, or none any more; the one that has had one for longest gives its own up. */
  #reopen(second: Second): Uint32Array {
    const spare = this.#open.length < MAX_OPEN ? undefined : this.#open.shift()?.close();
    this.#open.push(second);
    return second.open(spare ?? new Uint32Array(BUCKETS));
  }
}

/** From the first second to the last, with those in which nothing happened: a standstill is a result too. */
function withStandstills(seconds: readonly Second[]): WorkloadSecond[] {
  const all: WorkloadSecond[] = [];
  for (const second of seconds) {
    const from = all.at(-1)?.t ?? (second.at - 1) * 1000;
    for (let t = from + 1000; t < second.at * 1000; t += 1000) all.push({ t, ok: 0, failed: 0, unknown: 0 });
    all.push(second.figures());
  }
  return all;
}
