import { FOREIGN } from '../../history/tables/table.ts';
import type { Bits } from '../../support/bits.ts';
import { Counted } from '../lowest.ts';
import type { Message } from './message.ts';

/** What must be known of a publishing workload to judge the order of its messages. */
export interface Publisher {
  /** How many publishers share its numbers, in turn. */
  publishers: number;
  /** Numbers without a place in the order. */
  unordered: Bits;
}

/** A message that came after a later one of its publisher. */
export interface Overtaken extends Message {
  seq: number;
  /** The highest number of its publisher before it. */
  after: number;
}

/** Judges messages one after the other: those of each publisher must come in the order in which it sent them. */
export class PublishingOrder {
  readonly overtaken = new Counted<Overtaken>();
  readonly #of: (by: number) => Publisher;
  readonly #lanes: (Lanes | undefined)[] = [];

  constructor(of: (by: number) => Publisher) {
    this.#of = of;
  }

  next(seq: number, by: number, n: number): void {
    if (by === FOREIGN) return;
    const { publishers, unordered, highest } = this.#lanes[by] ?? this.#begin(by);
    const lane = publishers === 1 ? 0 : (n - 1) % publishers;
    const after = highest[lane] as number;
    if (unordered?.has(n) === true) return;
    if (n >= after) highest[lane] = n;
    else this.overtaken.add(seq, { seq, by, n, after });
  }

  #begin(by: number): Lanes {
    const { publishers, unordered } = this.#of(by);
    const lanes = {
      publishers,
      unordered: unordered.size === 0 ? undefined : unordered,
      highest: new Float64Array(publishers),
    };
    this.#lanes[by] = lanes;
    return lanes;
  }
}

/** The publishers of a workload, and the highest number of each so far. */
interface Lanes {
  publishers: number;
  unordered: Bits | undefined;
  highest: Float64Array;
}
