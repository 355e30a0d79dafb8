import type { History } from '../../checkers/oracle/reader.ts';
import type { Unavailability } from '../../../src/history/workload-record.ts';
import type { Milliseconds } from '../../../src/support/units.ts';
import { endOf, firstDeliveries, intersect, runningSpans, union, waitsFor, type Span } from './due-times.ts';

/** A shorter window is the latency of an operation, not an outage. */
const OUTAGE_MS = 100;
const MAX_WINDOWS = 50;

const UNKNOWN_UNAVAILABILITY: Unavailability = { longestMs: null, totalMs: 0, windows: [] };

/** When operations of a workload were due, and when none succeeded. */
interface Availability {
  /** When what was due while it ran was sent (publish), or delivered (consume). */
  operations: Milliseconds[];
  /** From the first operation that was due after a success to the next success, or to the end of what was due. */
  windows: Span[];
}

/**
 * When operations of a workload were due and none succeeded. A publisher's are due by its pace while it runs, a
 * consumer's while messages that the run has stored wait for it. A pause ends a window.
 */
export function availabilityOf(name: string, history: History): Availability {
  const facts = history.workloads[name];
  if (facts === undefined) return { operations: [], windows: [] };
  const running = runningSpans(name, history);
  const wasRunning = (t: Milliseconds): boolean => running.some(({ from, to }) => t >= from && t <= to);
  const everyMs = facts.everyMs ?? 0;
  if (facts.kind === 'publish') {
    const own = history.publishes.filter(({ workload }) => workload === name).sort((a, b) => a.t - b.t);
    const successes = own.filter(({ outcome }) => outcome === 'ok').map(endOf);
    const dueAfter = publisherDue(
      own.map((event) => ({ from: event.t, to: endOf(event) })),
      everyMs,
    );
    const operations = own.map(({ t }) => t).filter(wasRunning);
    return { operations, windows: windowsIn(running, successes, dueAfter) };
  }
  const waits = waitsFor(facts, history);
  const deliveries = [...firstDeliveries(facts.target, history).values()];
  const acks = history.acks.filter(({ consumer, outcome }) => consumer === facts.target && outcome === 'ok');
  const due = intersect(running, union(waits));
  const windows = windowsIn(due, [...deliveries, ...acks.map(({ t }) => t)], (t) => t + everyMs);
  return { operations: waits.map(({ to }) => to).filter(wasRunning), windows };
}

/**
 * The figures that a report keeps.
 * @param scope windows that reach into it count from its beginning, and whole where they go on beyond its end
 */
export function unavailabilityIn(availability: Availability, scope?: Span): Unavailability {
  const { from, to } = scope ?? { from: -Infinity, to: Infinity };
  const windows = availability.windows
    .filter((window) => window.from < to && window.to > from)
    .map((window) => ({ from: rounded(Math.max(from, window.from)), to: rounded(window.to) }));
  const outages = windows.filter((window) => lengthOf(window) >= OUTAGE_MS);
  const operations = availability.operations.filter((t) => t >= from && t < to).length;
  if (operations < 2 && outages.length === 0) return UNKNOWN_UNAVAILABILITY;
  const longest = [...outages].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MAX_WINDOWS);
  return {
    longestMs: windows.reduce((most, window) => Math.max(most, lengthOf(window)), 0),
    totalMs: rounded(outages.reduce((sum, window) => sum + lengthOf(window), 0)),
    windows: longest.sort((a, b) => a.from - b.from),
  };
}

/** @param dueAfter when the first operation is due after a success at `t` */
function windowsIn(
  due: readonly Span[],
  successes: readonly Milliseconds[],
  dueAfter: (t: Milliseconds) => Milliseconds,
): Span[] {
  const sorted = Float64Array.from(successes).sort();
  const windows: Span[] = [];
  for (const span of due) {
    let from = span.from;
    for (let at = firstAtOrAfter(sorted, span.from); from < span.to; at += 1) {
      const success = sorted[at] ?? Infinity;
      const to = Math.min(success, span.to);
      if (to > from) windows.push({ from, to });
      if (success >= span.to) break;
      from = dueAfter(success);
    }
  }
  return windows;
}

/** An operation is due at once while another is under way; otherwise by the pace, from when the last was sent. */
function publisherDue(sent: readonly Span[], everyMs: Milliseconds): (t: Milliseconds) => Milliseconds {
  const starts = Float64Array.from(sent, ({ from }) => from);
  const ends = new Float64Array(sent.length);
  sent.forEach(({ to }, at) => (ends[at] = Math.max(to, ends[at - 1] ?? 0)));
  return (t) => {
    const next = firstAtOrAfter(starts, t);
    const onItsWay = (ends[next - 1] ?? 0) > t;
    if (onItsWay) return t;
    const byPace = Math.max(t, (starts[next - 1] ?? t) + everyMs);
    return Math.min(byPace, starts[next] ?? Infinity);
  };
}

function firstAtOrAfter(sorted: Float64Array, t: Milliseconds): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lengthOf({ from, to }: Span): Milliseconds {
  return rounded(to - from);
}

/** Microseconds are finer than any clock here. */
function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1000) / 1000;
}
