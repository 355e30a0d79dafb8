import { streamOf } from '../../../src/support/stream-of.ts';
import type { PublishEvent } from '../../../src/history/events.ts';
import type { History, WorkloadFacts } from '../../checkers/oracle/reader.ts';
import type { Milliseconds } from '../../../src/support/units.ts';

export interface Span {
  from: Milliseconds;
  to: Milliseconds;
}

/** When a workload was running: neither paused nor stopped, nor done with its own `count`. */
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
  return clip(spans, { from: 0, to: doneAt ?? Infinity });
}

/** For each message that the run has stored and this consumer is to receive: from when it was stored to its delivery. */
export function waitsFor(facts: WorkloadFacts, history: History): Span[] {
  const delivered = firstDeliveries(facts.target, history);
  const kept = stillStored(streamOf(facts.target), history);
  return history.publishes.flatMap((event) => {
    const { seq, workload } = event;
    const isOurs = event.outcome === 'ok' && facts.receivesFrom?.includes(workload) === true;
    if (!isOurs || seq === undefined) return [];
    const to = delivered.get(seq) ?? Infinity;
    // A message that was removed cannot be delivered any more: whether it was lost is judged by another check.
    if (to === Infinity && kept?.has(seq) === false) return [];
    // It may be delivered before its publisher gets the acknowledgement.
    return [{ from: Math.min(endOf(event), to), to }];
  });
}

/** Sequence → when a consumer delivered it for the first time, to any workload. */
export function firstDeliveries(consumer: string, history: History): Map<number, Milliseconds> {
  const first = new Map<number, Milliseconds>();
  for (const event of history.deliveries) {
    if (event.consumer === consumer && !first.has(event.seq)) first.set(event.seq, event.t);
  }
  return first;
}

/** When the outcome of a publish was known. */
export function endOf({ t, latencyMs, endedAt }: PublishEvent): Milliseconds {
  return endedAt ?? t + (latencyMs ?? 0);
}

/** Both sorted and without overlap. */
export function intersect(some: readonly Span[], others: readonly Span[]): Span[] {
  const common: Span[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const a = some[i] as Span;
    const b = others[j] as Span;
    const from = Math.max(a.from, b.from);
    const to = Math.min(a.to, b.to);
    if (from < to) common.push({ from, to });
    if (a.to < b.to) i += 1;
    else j += 1;
  }
  return common;
}

/** A run that was cut short has not recorded when a workload ended: its last operation counts. */
function lastSeen(name: string, { publishes, deliveries, acks }: History): Milliseconds {
  let last = 0;
  for (const event of publishes) if (event.workload === name) last = Math.max(last, endOf(event));
  for (const list of [deliveries, acks])
    for (const event of list) if (event.workload === name) last = Math.max(last, event.t);
  return last;
}

function doneWithCount(name: string, facts: WorkloadFacts, history: History): Milliseconds | undefined {
  const { count, kind } = facts;
  if (count === undefined) return undefined;
  if (kind === 'publish') {
    const own = history.publishes.filter(({ workload }) => workload === name);
    return own.length < count ? undefined : own.reduce((last, event) => Math.max(last, endOf(event)), 0);
  }
  const seen = new Set<number>();
  for (const { workload, seq, t } of history.deliveries) {
    if (workload === name && seen.add(seq).size === count) return t;
  }
  return undefined;
}

/** Sequences that the stream held at the end; undefined where it was not read to its end. */
function stillStored(stream: string, { streamAudits, stored }: History): Set<number> | undefined {
  if (streamAudits.find((audit) => audit.stream === stream)?.complete !== true) return undefined;
  return new Set(stored.filter((event) => event.stream === stream).map(({ seq }) => seq));
}

/** Sorted and without overlap. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

function clip(spans: readonly Span[], { from, to }: Span): Span[] {
  return intersect(spans, [{ from, to }]);
}
