import type { History } from '../../history/history.ts';
import { FOREIGN, type PublishRows } from '../../history/tables/table.ts';
import { Bits } from '../../support/bits.ts';
import type { ByPublisher, Message } from './message.ts';
import type { Sent } from './sent.ts';
import type { StoredWindow } from './stored-window.ts';

/** Acknowledged messages of a workload that its stream does not hold at the sequence of their acknowledgement. */
export interface Astray {
  messages: Bits;
  /** Those whose sequence another message has. */
  occupied: Bits;
  /** How many of these are of others, or no longer to be recognised. */
  foreign: number;
  /** By sequence, what the stream holds instead; of the lowest sequences only. */
  instead: Map<number, Message>;
}

/** Messages that were acknowledged far behind others are looked up together, so many at once. */
const MOST_STRAGGLERS = 2 ** 18;
/** At least as many as a finding has examples. */
const INSTEAD = 20;

/**
 * Compares what workloads published to a stream with what it holds, in one pass over all of them.
 * @param numbers by publisher, what the stream holds; complete once the window has gone over it
 */
export function lookUp(
  history: History,
  sent: readonly Sent[],
  window: StoredWindow,
  stream: string,
  numbers: ByPublisher = [],
): Map<string, Astray> {
  const looking = sent.map((one) => new Looking(history, one));
  const stragglers: Straggler[] = [];
  const put = (straggler: Straggler): void => {
    stragglers.push(straggler);
    if (stragglers.length >= MOST_STRAGGLERS) lookUpStragglers(history, stream, stragglers.splice(0));
  };
  do {
    window.advance();
    for (const one of looking) one.upTo(window, put);
  } while (window.to < Infinity);
  lookUpStragglers(history, stream, stragglers);
  for (const one of looking) one.withoutSequence(numbers);
  return new Map(looking.map(({ workload, astray }) => [workload, astray]));
}

interface Straggler {
  of: Looking;
  seq: number;
  n: number;
}

/** The way through the messages of one workload. */
class Looking {
  readonly workload: string;
  readonly astray: Astray = { messages: new Bits(), occupied: new Bits(), foreign: 0, instead: new Map() };
  /** Servers of 2.10 acknowledge a message that they have proposed and not stored yet as a duplicate with the sequence 0. */
  readonly #unplaced = new Bits();
  readonly #code: number;
  readonly #isOk: readonly boolean[];
  readonly #rows: Iterator<PublishRows>;
  #batch: PublishRows | undefined;
  #row = 0;

  constructor(history: History, { workload, by }: Sent) {
    this.workload = workload;
    this.#code = by + 1;
    this.#isOk = history.publishStatuses(workload).map(({ outcome }) => outcome === 'ok');
    this.#rows = history.publishes(workload)[Symbol.iterator]();
  }

  /** Goes on to the first message whose sequence is beyond the window. */
  upTo(window: StoredWindow, put: (straggler: Straggler) => void): void {
    const { from, to, emptyFrom } = window;
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) {
      const { seq, n, status, length } = batch;
      let row = this.#row;
      for (; row < length; row += 1) {
        if (this.#isOk[status[row] as number] !== true) continue;
        const at = seq[row] as number;
        if (at >= to) break;
        const number = n[row] as number;
        if (at === 0) this.#unplaced.add(n[row] as number);
        else if (at >= from) this.see(at, number, window.byAt(at), window.nAt(at));
        else if (at >= emptyFrom) this.see(at, number, 0, 0);
        else put({ of: this, seq: at, n: number });
      }
      this.#row = row;
      if (row < length) return;
    }
  }

  /** @param code one more than the publisher of the message at its sequence; 0 for none */
  see(seq: number, n: number, code: number, held: number): void {
    if (code === this.#code && held === n) return;
    const { messages, occupied, instead } = this.astray;
    messages.add(n);
    if (code === 0) return;
    occupied.add(n);
    if (code - 1 === FOREIGN) this.astray.foreign += 1;
    instead.set(seq, { by: code - 1, n: held });
    if (instead.size > 100 * INSTEAD) keepLowest(instead);
  }

  /** Those whose acknowledgement names no sequence may be anywhere in the stream. */
  withoutSequence(numbers: ByPublisher): void {
    const lost = this.#unplaced.without(numbers[this.#code - 1] ?? new Bits());
    this.astray.messages = this.astray.messages.with(lost);
  }

  #next(): PublishRows | undefined {
    while (this.#batch === undefined || this.#row >= this.#batch.length) {
      const next = this.#rows.next();
      if (next.done === true) return undefined;
      this.#batch = next.value;
      this.#row = 0;
    }
    return this.#batch;
  }
}

function keepLowest(instead: Map<number, Message>): void {
  const sequences = [...instead.keys()].sort((a, b) => a - b);
  for (const seq of sequences.slice(INSTEAD)) instead.delete(seq);
}

function lookUpStragglers(history: History, stream: string, stragglers: Straggler[]): void {
  if (stragglers.length === 0) return;
  stragglers.sort((a, b) => a.seq - b.seq);
  let next = 0;
  for (const { seq, by, n, length } of history.stored(stream)) {
    for (let row = 0; row < length && next < stragglers.length; row += 1) {
      const at = seq[row] as number;
      for (; next < stragglers.length; next += 1) {
        const { of, seq: wanted, n: number } = stragglers[next] as Straggler;
        if (wanted > at) break;
        if (wanted < at) of.see(wanted, number, 0, 0);
        else of.see(wanted, number, (by[row] as number) + 1, n[row] as number);
      }
    }
  }
  for (; next < stragglers.length; next += 1) {
    const { of, seq, n } = stragglers[next] as Straggler;
    of.see(seq, n, 0, 0);
  }
}
