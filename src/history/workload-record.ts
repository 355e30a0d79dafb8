import type { Milliseconds } from '../support/units.ts';

/** Counts and per-second figures of one workload. */
export interface WorkloadRecord {
  name: string;
  kind: string;
  /** `qa1a/qa` or `qa1a/qa/consumer`. */
  target: string;
  ok: number;
  failed: number;
  unknown: number;
  /** Deliveries after the first of a sequence; consumers only. */
  redelivered: number;
  /** The first error met, in words. */
  firstError?: string;
  seconds: WorkloadSecond[];
  /** How far its load was offered as planned; left out where nothing is planned: full speed, and consumers. */
  offered?: OfferRecord;
  /** The whole run first, then each phase in which something was answered or due; left out without any latency. */
  latency?: LatencyRecord[];
  /** Latencies over time; left out without any. */
  heatMap?: HeatMapRecord;
  /** Left out while nobody has judged the run. */
  unavailability?: Unavailability;
}

/** How far a publisher could send its messages when they were due. A few ms late is in time. */
export interface OfferRecord {
  /** Messages that were due while it ran. */
  planned: number;
  sent: number;
  /** Of those sent: how many were late, whether the servers or the generator held them up. */
  late: number;
  /** Never sent: they were left out after a gap, or still waiting at the end. */
  skipped: number;
  /** What the generator itself, not the servers, sent late or not at all; only seconds with any. */
  byGenerator: { t: Milliseconds; late: number; skipped: number }[];
}

/** The latencies of a workload's operations that succeeded, by when they were sent. */
export interface LatencyRecord {
  /** Left out: the whole run. */
  phase?: string;
  /** Operations without an answer in time; they are in no histogram, and slower than all that are. */
  unanswered: number;
  /** Operations that were refused; they are in no histogram. */
  refused: number;
  /**
   * From the moment that the load intended to the answer, so that a stalled server cannot hide its stall: an HDR histogram
   * of whole microseconds with two significant digits (V2, compressed, base64).
   */
  fromIntended: string;
  /** From the send to the answer; left out where it is the same. */
  fromSend?: string;
}

/** How many operations had which latency, over time. */
export interface HeatMapRecord {
  /** Start of the first column. */
  from: Milliseconds;
  everyMs: Milliseconds;
  /**
   * One for each step of time: row and count in turn. Row r holds latencies from 2^(r/2) microseconds up to the edge of
   * the next; row 0 also those below.
   */
  columns: number[][];
}

/** How long operations were due and none succeeded: not while the workload was paused, or had nothing to do. */
export interface Unavailability {
  /** However short it was; null where too little was due to tell: less than two operations, and no outage. */
  longestMs: Milliseconds | null;
  /** All windows of 100 ms or more together. */
  totalMs: Milliseconds;
  /** Those of 100 ms or more in the order of time; only the longest 50. */
  windows: { from: Milliseconds; to: Milliseconds }[];
}

export interface WorkloadSecond {
  /** Start of the second, ms since the run began. */
  t: Milliseconds;
  ok: number;
  failed: number;
  unknown: number;
  p50Ms?: number;
  p99Ms?: number;
}
