import { KV_OPERATIONS } from '../history/kv-log.ts';
import { areOperations, hasOperations, sendsMessages } from '../history/operations.ts';
import type { History, WorkloadFacts } from '../history/history.ts';
import { Bits } from '../support/bits.ts';
import type { Milliseconds } from '../support/units.ts';
import { deliveriesInTime } from './availability/in-time.ts';

export interface Span {
  from: Milliseconds;
  to: Milliseconds;
}

/** When a workload was running: neither paused nor stopped, nor done with its own `count`. Sorted, and without overlap. */
export function runningSpans(name: string, history: History): Span[] {
  const facts = history.workloads[name];
  const spans: Span[] = [];
  let open: Milliseconds | undefined;
  for (const { mark, t } of history.marks.filter(({ workload }) => workload === name)) {
    const runs = mark === 'started' || mark === 'resumed';
    if (!runs && open !== undefined) spans.push({ from: open, to: t });
    open = runs ? (open ?? t) : undefined;
  }
  if (open !== undefined) spans.push({ from: open, to: lastSeen(name, history) });
  const doneAt = facts === undefined ? undefined : doneWithCount(name, facts, history);
  return upTo(doneAt ?? Infinity, spans);
}

/** A run that was cut short has not recorded when a workload ended: its last operation counts. */
function lastSeen(name: string, history: History): Milliseconds {
  const own = ownOperations(name, history);
  if (own !== undefined) return own.end;
  let last = 0;
  for (const { t, acked, length } of history.deliveries(name))
    for (let row = 0; row < length; row += 1)
      last = Math.max(last, (t[row] as number) + (acked[row] as number) / 1000);
  return last;
}

/** What a workload began by itself; undefined for one that takes what others send. */
function ownOperations(name: string, history: History): { rows: number; end: Milliseconds } | undefined {
  const kind = history.workloads[name]?.kind;
  if (sendsMessages(kind)) return publishesOf(name, history);
  if (kind === 'kv') return keyOperationsOf(name, history);
  return hasOperations(kind) ? operationsOf(name, kind, history) : undefined;
}

/** How many messages a workload published, and when the last outcome was known. */
function publishesOf(name: string, history: History): { rows: number; end: Milliseconds } {
  let [rows, end] = [0, 0];
  for (const { t, latency, length } of history.publishes(name)) {
    rows += length;
    for (let row = 0; row < length; row += 1)
      end = Math.max(end, (t[row] as number) + (latency[row] as number) / 1000);
  }
  return { rows, end };
}

/** How many operations the clients of a bucket carried out, and when the last outcome was known. */
function keyOperationsOf(name: string, history: History): { rows: number; end: Milliseconds } {
  let [rows, end] = [0, 0];
  for (const { t, latency, op, length } of history.kv(name)) {
    for (let row = 0; row < length; row += 1) {
      if (KV_OPERATIONS[op[row] as number] === 'watch') continue;
      rows += 1;
      end = Math.max(end, (t[row] as number) + (latency[row] as number) / 1000);
    }
  }
  return { rows, end };
}

/** How many operations on things with names, or requests, there were, and when the last outcome was known. */
function operationsOf(
  name: string,
  kind: string | undefined,
  history: History,
): { rows: number; end: Milliseconds } {
  const isOwn = areOperations(kind);
  let [rows, end] = [0, 0];
  for (const { t, latency, op, length } of history.operations(name)) {
    for (let row = 0; row < length; row += 1) {
      if (isOwn[op[row] as number] !== true) continue;
      rows += 1;
      end = Math.max(end, (t[row] as number) + (latency[row] as number) / 1000);
    }
  }
  return { rows, end };
}

function doneWithCount(name: string, facts: WorkloadFacts, history: History): Milliseconds | undefined {
  const { count } = facts;
  if (count === undefined) return undefined;
  const own = ownOperations(name, history);
  if (own !== undefined) return own.rows < count ? undefined : own.end;
  const seen = new Bits();
  for (const { length, columns } of deliveriesInTime(history, name)) {
    const [t, seq] = columns;
    for (let row = 0; row < length; row += 1)
      if (seen.add(seq?.[row] as number) && seen.size === count) return t?.[row];
  }
  return undefined;
}

function upTo(end: Milliseconds, spans: readonly Span[]): Span[] {
  return spans
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(to, end) }))
    .filter(({ from, to }) => from < to);
}
