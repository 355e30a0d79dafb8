import type { DeliveryStatus } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { FOREIGN, type DeliveryRows } from '../../history/tables/table.ts';
import { Bits } from '../../support/bits.ts';
import { DeliveryOrder, orderByTime } from './delivery-order.ts';
import { at, type ByPublisher } from './message.ts';
import type { Publisher } from './publishing-order.ts';
import type { SubjectsSent } from './subjects-sent.ts';
import { redeliveriesOf, type Redeliveries } from './redeliveries.ts';

/** What a consumer delivered to the workloads that read from it, and what became of the acknowledgements. */
export interface Received {
  /** How many times it delivered a message. */
  deliveries: number;
  /** By publisher, the numbers of its messages that were delivered, and whose acknowledgement the server has confirmed … */
  confirmed: ByPublisher;
  /** … or has not, at that delivery … */
  delivered: ByPublisher;
  /** … or has never answered, so that it may have it or not. */
  unanswered: ByPublisher;
  /** Messages that were given up for good, and the server has confirmed it: they count as dealt with. */
  terminated: number;
  /** Sequences that were delivered … */
  sequences: Bits;
  /** … and those that were delivered more than once, here or by the server's count. */
  repeated: Bits;
  redeliveries: Redeliveries;
  /** By workload, how many deliveries each of its members got. */
  byMember: Map<string, readonly number[]>;
  /** By workload. */
  orders: Map<string, DeliveryOrder>;
}

/** One pass over the deliveries of a consumer; more only where it delivered something again, or in no order. */
export function receivedFrom(
  history: History,
  workloads: readonly string[],
  /** An acknowledgement up to this sequence that was not answered has arrived. */
  ackFloor: number,
  publisher: (by: number) => Publisher,
  subjects: SubjectsSent,
): Received {
  const received: Sets = { delivered: [], confirmed: [], unanswered: [] };
  const seen = new Bits();
  const again = new Bits();
  const repeated = new Bits();
  const orders = new Map<string, DeliveryOrder>();
  const byMember = new Map<string, readonly number[]>();
  const terminated = new Bits();
  let deliveries = 0;
  let counted = 0;
  for (const workload of workloads) {
    const order = new DeliveryOrder(publisher, subjects);
    const here = workloads.length === 1 ? undefined : new Bits();
    const isReceipt = history.workloads[workload]?.acknowledges === false;
    const statuses = history.deliveryStatuses(workload).map((status) => meaningOf(status, isReceipt));
    const counts = Array.from({ length: history.workloads[workload]?.members ?? 1 }, () => 0);
    for (const rows of history.deliveries(workload)) {
      const { t, seq, n, by, deliveries: times, status, member, length } = rows;
      for (let row = 0; row < length; row += 1) {
        const meaning = statuses[status[row] as number] as number;
        const sequence = seq[row] as number;
        if ((meaning & TERMINATED) !== 0) terminated.add(sequence);
        if ((meaning & DELIVERY) === 0) continue;
        counts[member[row] as number] = (counts[member[row] as number] ?? 0) + 1;
        const isFirstOfAll = seen.add(sequence);
        if (!isFirstOfAll) again.add(sequence);
        if (!isFirstOfAll || (times[row] as number) > 1) repeated.add(sequence);
        const isFirst = here === undefined ? isFirstOfAll : here.add(sequence);
        const time = times[row] as number;
        if (time > 1) counted += 1;
        order.next(t[row] as number, sequence, by[row] as number, n[row] as number, time, isFirst);
      }
      gather(rows, statuses, ackFloor, received);
    }
    byMember.set(workload, counts);
    deliveries += order.deliveries;
    orders.set(workload, order.inTime ? order : orderByTime(history, workload, publisher, subjects));
  }
  const redeliveries = redeliveriesOf(history, workloads, again, counted);
  return {
    ...received,
    sequences: seen,
    repeated,
    terminated: terminated.size,
    deliveries,
    redeliveries,
    byMember,
    orders,
  };
}

type Sets = Pick<Received, 'delivered' | 'confirmed' | 'unanswered'>;

/** What a status means, one bit each. */
const DELIVERY = 1;
const CONFIRMED = 2;
const UNANSWERED = 4;
const TERMINATED = 8;

/** @param isReceipt whether a delivery is all there is: nothing is acknowledged */
function meaningOf({ row, outcome, instead }: DeliveryStatus, isReceipt: boolean): number {
  const acknowledged = outcome === 'ok' || isReceipt ? CONFIRMED : outcome === 'unknown' ? UNANSWERED : 0;
  const terminated = instead === 'term' && outcome === 'ok' ? TERMINATED : 0;
  return (row === 'later' ? 0 : DELIVERY) | acknowledged | terminated;
}

function gather(
  { seq, n, by, status, length }: DeliveryRows,
  statuses: readonly number[],
  ackFloor: number,
  { delivered, confirmed, unanswered }: Sets,
): void {
  let lastBy = FOREIGN;
  let done = new Bits();
  for (let row = 0; row < length; row += 1) {
    const publisher = by[row] as number;
    if (publisher === FOREIGN) continue;
    if (publisher !== lastBy) {
      lastBy = publisher;
      done = at(confirmed, publisher);
    }
    const number = n[row] as number;
    const meaning = statuses[status[row] as number] as number;
    if ((meaning & CONFIRMED) !== 0) {
      done.add(number);
      continue;
    }
    if ((meaning & DELIVERY) !== 0) at(delivered, publisher).add(number);
    if ((meaning & UNANSWERED) !== 0)
      ((seq[row] as number) <= ackFloor ? done : at(unanswered, publisher)).add(number);
  }
}
