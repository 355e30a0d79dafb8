import type { History } from '../history/history.ts';
import type { Unavailability, WorkloadRecord } from '../history/workload-record.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { consumerAvailability } from './availability/consumer.ts';
import { publisherAvailability } from './availability/publisher.ts';
import type { AvailabilityListener } from './availability/windows.ts';
import { runningSpans, type Span } from './due-times.ts';

/** A shorter window is the latency of an operation, not an outage. */
const OUTAGE_MS = 100;
const MAX_WINDOWS = 50;
/** Windows are thinned out at this many, so that a million of them do not fill the memory. */
const THIN_AT = 2000;

export const UNKNOWN_UNAVAILABILITY: Unavailability = { longestMs: null, totalMs: 0, windows: [] };

/** `no success for 1.2 s at longest, from 5.1 s on; 1.5 s in 3 windows of 100 ms or more`. */
export function unavailabilityText({ longestMs, totalMs, windows }: Unavailability): string {
  if (longestMs === null) return 'too few operations were due to measure how long none succeeded';
  const longest = windows.find((window) => lengthOf(window) === longestMs);
  const at = longest === undefined ? '' : `, from ${formatDuration(longest.from)} on`;
  const all =
    windows.length > 1 ? `; ${formatDuration(totalMs)} in all windows of ${OUTAGE_MS} ms or more` : '';
  return `no success for ${formatDuration(longestMs)} at longest${at}${all}`;
}

/** A workload's record with what its history says of its availability. */
export function withUnavailability(workload: WorkloadRecord, history: History): WorkloadRecord {
  return { ...workload, unavailability: unavailabilityIn(availabilityOf(workload.name, history)) };
}

/** Workloads that take what others send, and what no stream keeps for them. */
const UNKNOWN_DUE: readonly string[] = ['reply', 'core-subscribe', 'mqtt-subscribe', 'permissions', 'ledger'];

/** May be asked any number of times; each reads the history of the workload. */
export type Availability = (listener: AvailabilityListener) => void;

/**
 * When operations of a workload were due and none succeeded. A publisher's are due by its pace while it runs, a
 * consumer's while messages that the run has stored wait for it. A pause ends a window.
 */
export function availabilityOf(name: string, history: History): Availability {
  const facts = history.workloads[name];
  // Of what others send, without a stream that keeps it, nobody knows when it was due.
  if (facts === undefined || UNKNOWN_DUE.includes(facts.kind)) return () => undefined;
  const running = runningSpans(name, history);
  const read = facts.kind === 'consume' ? consumerAvailability : publisherAvailability;
  return (listener) => read(name, facts, running, history, listener);
}

/**
 * The figures that a report keeps.
 * @param scope windows that reach into it count from its beginning, and whole where they go on beyond its end
 */
export function unavailabilityIn(availability: Availability, scope?: Span): Unavailability {
  const { from, to } = scope ?? { from: -Infinity, to: Infinity };
  let operations = 0;
  let longestMs = 0;
  let totalMs = 0;
  let outages: Span[] = [];
  availability({
    operation: (t) => {
      if (t >= from && t < to) operations += 1;
    },
    window: (begin, end) => {
      if (begin >= to || end <= from) return;
      const window = { from: rounded(Math.max(from, begin)), to: rounded(end) };
      const length = lengthOf(window);
      if (length > longestMs) longestMs = length;
      if (length < OUTAGE_MS) return;
      totalMs += length;
      outages.push(window);
      if (outages.length >= THIN_AT) outages = longestOf(outages);
    },
  });
  if (operations < 2 && outages.length === 0) return UNKNOWN_UNAVAILABILITY;
  const windows = longestOf(outages).sort((a, b) => a.from - b.from);
  return { longestMs, totalMs: rounded(totalMs), windows };
}

function longestOf(windows: readonly Span[]): Span[] {
  return [...windows].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MAX_WINDOWS);
}

function lengthOf({ from, to }: Span): Milliseconds {
  return rounded(to - from);
}

/** Microseconds are finer than any clock here. */
function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1000) / 1000;
}
