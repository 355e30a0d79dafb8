import type { History } from '../../history/history.ts';
import { FOREIGN, type StoredRows } from '../../history/tables/table.ts';
import { Bits } from '../../support/bits.ts';
import { Counted } from '../lowest.ts';
import { lookUp, type Astray } from './astray.ts';
import { at, type ByPublisher, type Message } from './message.ts';
import { PublishingOrder, type Overtaken, type Publisher } from './publishing-order.ts';
import type { Sent } from './sent.ts';
import { StoredWindow } from './stored-window.ts';

/** What a stream holds, as it was read back. */
export interface Held {
  messages: number;
  /** Messages that no workload of this run wrote. */
  foreign: number;
  /** By publisher, the numbers of its messages that are there. */
  numbers: ByPublisher;
  /** By publisher, the numbers of its messages that are there more than once. */
  repeated: ByPublisher;
  /** Each further time that a message is there, and the sequence where it was first. */
  storedTwice: Counted<Message & { seq: number }>;
  overtaken: Counted<Overtaken>;
  /** By workload that publishes to it. */
  astray: Map<string, Astray>;
}

/** One pass over a stream, beside those who published to it. */
export function heldIn(
  history: History,
  stream: string,
  publishers: readonly Sent[],
  publisher: (by: number) => Publisher,
): Held {
  const order = new PublishingOrder(publisher);
  const held: Omit<Held, 'astray' | 'overtaken'> = {
    messages: 0,
    foreign: 0,
    numbers: [],
    repeated: [],
    storedTwice: new Counted(),
  };
  const window = new StoredWindow(history.stored(stream), (rows, from, to) =>
    see(rows, from, to, held, order),
  );
  const astray = lookUp(history, publishers, window, stream, held.numbers);
  return { ...held, overtaken: order.overtaken, astray };
}

function see(
  { seq, by, n }: StoredRows,
  from: number,
  to: number,
  held: Omit<Held, 'astray' | 'overtaken'>,
  order: PublishingOrder,
): void {
  held.messages += to - from;
  let lastBy = FOREIGN;
  let numbers = new Bits();
  for (let row = from; row < to; row += 1) {
    const publisher = by[row] as number;
    if (publisher === FOREIGN) {
      held.foreign += 1;
      continue;
    }
    const number = n[row] as number;
    const sequence = seq[row] as number;
    if (publisher !== lastBy) numbers = at(held.numbers, (lastBy = publisher));
    if (!numbers.add(number)) {
      at(held.repeated, publisher).add(number);
      held.storedTwice.add(sequence, { seq: sequence, by: publisher, n: number });
    }
    order.next(sequence, publisher, number);
  }
}

/** The first sequences of messages in a stream, in their order. */
export function firstSequences(history: History, stream: string, messages: readonly Message[]): number[] {
  const keyOf = (by: number, n: number): number => by * 2 ** 32 + n;
  const firsts = new Map(messages.map(({ by, n }) => [keyOf(by, n), 0]));
  let left = firsts.size;
  for (const { seq, by, n, length } of history.stored(stream)) {
    for (let row = 0; row < length && left > 0; row += 1) {
      const key = keyOf(by[row] as number, n[row] as number);
      if (firsts.get(key) !== 0) continue;
      firsts.set(key, seq[row] as number);
      left -= 1;
    }
    if (left === 0) break;
  }
  return messages.map(({ by, n }) => firsts.get(keyOf(by, n)) ?? 0);
}
