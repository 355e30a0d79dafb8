import type { History, WorkloadFacts } from '../../history/history.ts';
import { receivedPart } from '../../history/received-part.ts';
import type { Sorted } from '../../history/in-order.ts';
import { Bits } from '../../support/bits.ts';
import { streamOf } from '../../support/stream-of.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Span } from '../due-times.ts';
import { confirmationsInTime, deliveriesInTime, publishesInTime } from './in-time.ts';
import { Windows, type AvailabilityListener } from './windows.ts';

/**
 * Operations of a consumer are due while it runs, and messages that the run has stored wait for it: each from when it was
 * stored to its first delivery, to any workload.
 */
export function consumerAvailability(
  _name: string,
  facts: WorkloadFacts,
  running: readonly Span[],
  history: History,
  listener: AvailabilityListener,
): void {
  const everyMs = facts.everyMs ?? 0;
  const readers = readersOf(facts.target, history);
  const publishers = facts.receivesFrom ?? [];
  const { stored, ever } = messagesOf(facts, readers, history);
  const kept = stillStored(streamOf(facts.target), history);
  const windows = new Windows((from, to) => listener.window(from, to));
  const published = new Bits();
  const delivered = new Bits();
  let waiting = 0;
  let runs = false;
  const change = (t: Milliseconds, by: number, isRunning: boolean): void => {
    const wasDue = runs && waiting > 0;
    waiting += by;
    runs = isRunning;
    const isDue = runs && waiting > 0;
    if (isDue && !wasDue) windows.begin(t);
    else if (wasDue && !isDue) windows.end(t);
  };
  const begins = (t: Milliseconds): void => change(t, 0, true);
  const ends = (t: Milliseconds): void => change(t, 0, false);
  const publish = (t: Milliseconds, seq: number): void => {
    // A message that was removed cannot be delivered any more: whether it was lost is judged by another check.
    if (!stored.has(seq) || delivered.has(seq) || (kept?.has(seq) === false && !ever.has(seq))) return;
    if (published.add(seq)) change(t, 1, runs);
  };
  const deliver = (t: Milliseconds, seq: number): void => {
    if (!delivered.add(seq)) return;
    if (stored.has(seq) && running.some(({ from, to }) => t >= from && t <= to)) listener.operation(t);
    windows.success(t, t + everyMs);
    if (published.has(seq)) change(t, -1, runs);
  };
  const confirm = (t: Milliseconds): void => windows.success(t, t + everyMs);
  inTurn([
    new Moments([spans(running)], (t, isEnd) => (isEnd === 1 ? ends(t) : begins(t))),
    ...publishers.map((one) => new Moments(acknowledged(publishesInTime(history, one)), publish)),
    ...readers.map((one) => new Moments(deliveriesInTime(history, one), deliver)),
    ...readers.map((one) => new Moments(confirmationsInTime(history, one), confirm)),
  ]);
}

function readersOf(consumer: string, { workloads }: History): string[] {
  const all = Object.entries(workloads);
  return all
    .filter(([, { kind, target }]) => kind !== 'publish' && target === consumer)
    .map(([name]) => name);
}

/** Sequences of the messages that its publishers have stored for it, and of those that were ever delivered. */
function messagesOf(facts: WorkloadFacts, readers: readonly string[], history: History) {
  const [stored, ever] = [new Bits(), new Bits()];
  for (const publisher of facts.receivesFrom ?? []) {
    const isDue = receivedPart(facts, publisher) ?? (() => true);
    const isOk = history.publishStatuses(publisher).map(({ outcome }) => outcome === 'ok');
    for (const { n, seq, status, length } of history.publishes(publisher))
      for (let row = 0; row < length; row += 1)
        if (isOk[status[row] as number] === true && isDue(n[row] as number)) stored.add(seq[row] as number);
  }
  for (const reader of readers)
    for (const { seq, length } of history.deliveries(reader))
      for (let row = 0; row < length; row += 1) ever.add(seq[row] as number);
  return { stored, ever };
}

/** Sequences that the stream held at the end; undefined where it was not read to its end. */
function stillStored(stream: string, history: History): Bits | undefined {
  if (history.streamAudits.find((audit) => audit.stream === stream)?.complete !== true) return undefined;
  const stored = new Bits();
  for (const { seq, length } of history.stored(stream))
    for (let row = 0; row < length; row += 1) stored.add(seq[row] as number);
  return stored;
}

/** The beginnings and ends of spans: when, 1 for an end. */
function spans(running: readonly Span[]): Sorted {
  const times = Float64Array.from(running.flatMap(({ from, to }) => [from, to]));
  return { length: times.length, columns: [times, times.map((_, at) => at % 2)], leastAfter: [] };
}

/** Only the messages that were acknowledged: when, sequence. */
function* acknowledged(all: Iterable<Sorted>): Generator<Sorted> {
  for (const { columns, length } of all) {
    const [ends, , oks, sequences] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
    let to = 0;
    for (let row = 0; row < length; row += 1) {
      if (oks[row] !== 1 || sequences[row] === 0) continue;
      ends[to] = ends[row] as number;
      sequences[to] = sequences[row] as number;
      to += 1;
    }
    if (to > 0) yield { length: to, columns: [ends, sequences], leastAfter: [] };
  }
}

/** Moments of one kind, in the order of time. */
class Moments {
  /** When the next one is; Infinity after the last. */
  t = 0;
  readonly #chunks: Iterator<Sorted>;
  readonly #happens: (t: Milliseconds, of: number) => void;
  #times = new Float64Array();
  #of: Float64Array | undefined;
  #length = 0;
  #row = -1;

  constructor(chunks: Iterable<Sorted>, happens: (t: Milliseconds, of: number) => void) {
    this.#chunks = chunks[Symbol.iterator]();
    this.#happens = happens;
    this.#next();
  }

  /** Lets all happen up to a time, and that moment too where `inclusive`. */
  upTo(t: Milliseconds, inclusive: boolean): void {
    while (this.t < t || (inclusive && this.t === t && t < Infinity)) {
      this.#happens(this.t, this.#of?.[this.#row] ?? 0);
      this.#next();
    }
  }

  #next(): void {
    this.#row += 1;
    while (this.#row >= this.#length) {
      const next = this.#chunks.next();
      if (next.done === true) {
        this.t = Infinity;
        return;
      }
      const [times = new Float64Array(), of] = next.value.columns;
      this.#times = times as Float64Array<ArrayBuffer>;
      this.#of = of;
      this.#length = next.value.length;
      this.#row = 0;
    }
    this.t = this.#times[this.#row] as number;
  }
}

/** Lets all happen in the order of time, and what happens at the same moment in the order of the list. */
function inTurn(all: readonly Moments[]): void {
  for (;;) {
    let first: Moments | undefined;
    // The least time of the others, and whether those are all behind the first in the list.
    let until = Infinity;
    let inclusive = true;
    for (const one of all) {
      if (first === undefined || one.t < first.t) {
        if (first !== undefined) [until, inclusive] = [first.t, false];
        first = one;
      } else if (one.t < until) [until, inclusive] = [one.t, true];
    }
    if (first === undefined || first.t === Infinity) return;
    first.upTo(until, inclusive);
  }
}
