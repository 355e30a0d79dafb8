import type { History, WorkloadFacts } from '../../history/history.ts';
import { hasOperations } from '../../history/operations.ts';
import type { Sorted } from '../../history/in-order.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Span } from '../due-times.ts';
import { keyOperationsInTime, operationsInTime, publishesInTime } from './in-time.ts';
import { Windows, type AvailabilityListener } from './windows.ts';

/** Operations of a publisher, or of the clients of a bucket, are due by its pace while it runs; at once while another is under way. */
export function publisherAvailability(
  name: string,
  { everyMs = 0 }: WorkloadFacts,
  running: readonly Span[],
  history: History,
  listener: AvailabilityListener,
): void {
  const windows = new Windows((from, to) => listener.window(from, to));
  const goOn = alongside(running, windows);
  let lastSent = 0;
  const kind = history.workloads[name]?.kind;
  const inTime =
    kind === 'kv' ? keyOperationsInTime : hasOperations(kind) ? operationsInTime : publishesInTime;
  for (const sorted of inTime(history, name)) {
    const [ends, starts, oks] = sorted.columns as [Float64Array, Float64Array, Float64Array];
    const sentAfter = leastStartAfter(sorted);
    let isOk = false;
    for (let row = 0; row < sorted.length; row += 1) {
      const start = starts[row] as number;
      if (running.some(({ from, to }) => start >= from && start <= to)) listener.operation(start);
      lastSent = Math.max(lastSent, start);
      isOk ||= oks[row] === 1;
      const end = ends[row] as number;
      // Those that ended at the very same moment are one.
      if (!isOk || (row + 1 < sorted.length && ends[row + 1] === end)) continue;
      isOk = false;
      goOn(end);
      // What ends later and was sent before is under way: then the next one is due at once.
      const next = sentAfter[row] as number;
      windows.success(end, next < end ? end : Math.min(Math.max(end, lastSent + everyMs), next));
    }
  }
  goOn(Infinity);
}

/** For each row, when the first of all that end later was sent. */
function leastStartAfter({ length, columns, leastAfter }: Sorted): Float64Array {
  const [ends, starts] = columns as [Float64Array, Float64Array];
  const after = new Float64Array(length);
  let least = leastAfter[1] ?? Infinity;
  for (let row = length - 1; row >= 0; row -= 1) {
    const isSame = row + 1 < length && ends[row + 1] === ends[row];
    after[row] = isSame ? (after[row + 1] as number) : least;
    least = Math.min(least, starts[row] as number);
  }
  return after;
}

/** Begins and ends windows where the workload does; called with a time, it goes on up to there. */
function alongside(running: readonly Span[], windows: Windows): (t: Milliseconds) => void {
  let next = 0;
  return (t) => {
    for (; next < running.length * 2; next += 1) {
      const { from, to } = running[next >> 1] as Span;
      const isEnd = (next & 1) === 1;
      if ((isEnd ? to : from) > t) return;
      if (isEnd) windows.end(to);
      else windows.begin(from);
    }
  };
}
