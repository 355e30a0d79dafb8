import type { History } from '../../history/history.ts';
import { inOrder } from '../../history/in-order.ts';
import type { DeliveryRows } from '../../history/tables/table.ts';
import { Bits } from '../../support/bits.ts';
import { Counted } from '../lowest.ts';
import { PublishingOrder, type Overtaken, type Publisher } from './publishing-order.ts';
import type { SubjectsSent } from './subjects-sent.ts';

/** The order in which a workload got messages for the first time. */
export class DeliveryOrder {
  /** Deliveries that are the first by the server's count, and of their sequence here. */
  first = 0;
  /** All there are. */
  deliveries = 0;
  /** Late deliveries that the server calls the first of their message, but that stand for one that never arrived. */
  resent = 0;
  /** A first delivery after one of a higher sequence, `after`. */
  readonly againstSequence = new Counted<{ seq: number; after: number }>();
  /** Of first deliveries, those whose subject is known … */
  withSubject = 0;
  /** … and those after one of a higher sequence, `after`, of the same subject. */
  readonly againstSubject = new Counted<{ seq: number; after: number; subject: string }>();
  /** False when the deliveries were not taken in the order of time: then nothing of it counts. */
  inTime = true;
  /** By code, 1 for each publisher of a message that was delivered. */
  readonly publishers = new Uint8Array(256);
  readonly #order: PublishingOrder;
  readonly #subjects: SubjectsSent;
  /** By code of a subject, its highest sequence so far. */
  readonly #highestOf: Float64Array;
  #highest = 0;
  #t = -Infinity;
  #seq = 0;

  constructor(publisher: (by: number) => Publisher, subjects: SubjectsSent) {
    this.#order = new PublishingOrder(publisher);
    this.#subjects = subjects;
    this.#highestOf = new Float64Array(subjects.names.length);
  }

  get overtaken(): Counted<Overtaken> {
    return this.#order.overtaken;
  }

  /**
   * Takes the next delivery.
   *
   * @param times as in the history
   * @param isFirst of its sequence here
   */
  next(t: number, seq: number, by: number, n: number, times: number, isFirst: boolean): void {
    // What came at the very same moment has no order but that of its sequences.
    if (t < this.#t || (t === this.#t && seq < this.#seq)) this.inTime = false;
    this.#t = t;
    this.#seq = seq;
    this.deliveries += 1;
    this.publishers[by] = 1;
    if (times === 0) this.resent += 1;
    if (times !== 1 || !isFirst) return;
    this.first += 1;
    if (seq < this.#highest) this.againstSequence.add(seq, { seq, after: this.#highest });
    else this.#highest = seq;
    this.#order.next(seq, by, n);
    this.#nextOfSubject(seq, this.#subjects.of(by, n));
  }

  #nextOfSubject(seq: number, subject: number): void {
    if (subject < 0) return;
    this.withSubject += 1;
    const after = this.#highestOf[subject] as number;
    if (seq >= after) this.#highestOf[subject] = seq;
    else this.againstSubject.add(seq, { seq, after, subject: this.#subjects.names[subject] ?? '' });
  }
}

/** The order of a workload whose acknowledgements, and so the rows of its table, came in another order than the messages. */
export function orderByTime(
  history: History,
  workload: string,
  publisher: (by: number) => Publisher,
  subjects: SubjectsSent,
): DeliveryOrder {
  const order = new DeliveryOrder(publisher, subjects);
  const seen = new Bits();
  const isDelivery = history.deliveryStatuses(workload).map(({ row }) => row !== 'later');
  for (const { length, columns } of inOrder(history.deliveries(workload), 5, deliveriesIn(isDelivery))) {
    const [t, seq, by, n, times] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let row = 0; row < length; row += 1) {
      const sequence = seq[row] as number;
      const count = times[row] as number;
      order.next(t[row] as number, sequence, by[row] as number, n[row] as number, count, seen.add(sequence));
    }
  }
  return order;
}

function deliveriesIn(isDelivery: readonly boolean[]) {
  return (rows: DeliveryRows, columns: readonly Float64Array[], at: number): number => {
    const [t, seq, by, n, times] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    let to = at;
    for (let row = 0; row < rows.length; row += 1) {
      if (isDelivery[rows.status[row] as number] !== true) continue;
      t[to] = rows.t[row] as number;
      seq[to] = rows.seq[row] as number;
      by[to] = rows.by[row] as number;
      n[to] = rows.n[row] as number;
      times[to] = rows.deliveries[row] as number;
      to += 1;
    }
    return to - at;
  };
}
