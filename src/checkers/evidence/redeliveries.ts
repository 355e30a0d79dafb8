import type { History } from '../../history/history.ts';
import type { Bits } from '../../support/bits.ts';
import { Counted } from '../lowest.ts';
import type { Message } from './message.ts';

export interface Redeliveries {
  /** Deliveries of a message whose acknowledgement had been confirmed before. */
  confirmed: Counted<Message & { seq: number; workload: string }>;
  /** All other deliveries that were not the first of their message. */
  others: number;
}

/** Messages that are judged at once, in 17 bytes each. */
const MOST_AT_ONCE = 2 ** 21;

/**
 * @param again sequences that were delivered more than once; only these are read
 * @param counted how many deliveries were not the first by the server's count
 */
export function redeliveriesOf(
  history: History,
  workloads: readonly string[],
  again: Bits,
  counted: number,
): Redeliveries {
  const redeliveries: Redeliveries = { confirmed: new Counted(), others: counted };
  const places = again.places();
  for (let from = 0; from < again.size; from += MOST_AT_ONCE) {
    const size = Math.min(MOST_AT_ONCE, again.size - from);
    const placeOf = (seq: number): number => {
      const place = places(seq) - from;
      return place < size ? place : -1;
    };
    judge(history, workloads, timesOf(history, workloads, size, placeOf), placeOf, redeliveries);
  }
  return redeliveries;
}

/** When each message was first delivered, and when its acknowledgement was first confirmed; Infinity for never. */
interface Times {
  delivered: Float64Array;
  confirmed: Float64Array;
}

function timesOf(
  history: History,
  workloads: readonly string[],
  size: number,
  placeOf: (seq: number) => number,
): Times {
  const delivered = new Float64Array(size).fill(Infinity);
  const confirmed = new Float64Array(size).fill(Infinity);
  for (const workload of workloads) {
    const statuses = history.deliveryStatuses(workload);
    for (const { t, seq, acked, status, length } of history.deliveries(workload)) {
      for (let row = 0; row < length; row += 1) {
        const place = placeOf(seq[row] as number);
        if (place < 0) continue;
        const at = t[row] as number;
        const known = statuses[status[row] as number];
        if (known?.row !== 'later' && at < (delivered[place] as number)) delivered[place] = at;
        const end = at + (acked[row] as number) / 1000;
        if (known?.outcome === 'ok' && end < (confirmed[place] as number)) confirmed[place] = end;
      }
    }
  }
  return { delivered, confirmed };
}

function judge(
  history: History,
  workloads: readonly string[],
  { delivered, confirmed }: Times,
  placeOf: (seq: number) => number,
  redeliveries: Redeliveries,
): void {
  const firstSeen = new Uint8Array(delivered.length);
  for (const workload of workloads) {
    const statuses = history.deliveryStatuses(workload);
    for (const { t, seq, by, n, deliveries, status, length } of history.deliveries(workload)) {
      for (let row = 0; row < length; row += 1) {
        const place = placeOf(seq[row] as number);
        if (place < 0 || statuses[status[row] as number]?.row === 'later') continue;
        const at = t[row] as number;
        const isCounted = (deliveries[row] as number) > 1;
        const isFirst = firstSeen[place] === 0 && at === delivered[place];
        if (isFirst) firstSeen[place] = 1;
        if (at > (confirmed[place] as number)) {
          const message = { seq: seq[row] as number, by: by[row] as number, n: n[row] as number, workload };
          redeliveries.confirmed.add(message.seq, message, at);
          if (isCounted) redeliveries.others -= 1;
        } else if (!isCounted && !isFirst) redeliveries.others += 1;
      }
    }
  }
}
