import type { History } from '../../history/history.ts';
import type { Bits } from '../../support/bits.ts';
import { Counted } from '../lowest.ts';
import type { Message } from './message.ts';

/** A message that was delivered more often than it may be. */
export interface Often extends Message {
  seq: number;
  /** How often: by the deliveries here, or by the server's count, whichever is more. */
  times: number;
}

/** Messages that are judged at once, in 3 bytes each. */
const MOST_AT_ONCE = 2 ** 22;

/**
 * @param repeated sequences that were delivered more than once; only these are read
 * @returns those that were delivered more than `most` times, and how often any was
 */
export function deliveredOften(
  history: History,
  workloads: readonly string[],
  repeated: Bits,
  most: number,
): { often: Counted<Often>; highest: number } {
  const often = new Counted<Often>();
  const places = repeated.places();
  let highest = 0;
  for (let from = 0; from < repeated.size; from += MOST_AT_ONCE) {
    const times = new Uint16Array(Math.min(MOST_AT_ONCE, repeated.size - from));
    const placeOf = (seq: number): number => {
      const place = places(seq) - from;
      return place < times.length ? place : -1;
    };
    count(history, workloads, times, placeOf);
    highest = times.reduce((most, one) => Math.max(most, one), highest);
    name(history, workloads, { times, placeOf, most }, often);
  }
  return { often, highest };
}

function count(
  history: History,
  workloads: readonly string[],
  times: Uint16Array,
  placeOf: (seq: number) => number,
): void {
  const byServer = new Uint8Array(times.length);
  for (const workload of workloads) {
    const isDelivery = history.deliveryStatuses(workload).map(({ row }) => row !== 'later');
    for (const { seq, deliveries, status, length } of history.deliveries(workload))
      for (let row = 0; row < length; row += 1) {
        if (isDelivery[status[row] as number] !== true) continue;
        const place = placeOf(seq[row] as number);
        if (place < 0) continue;
        if ((times[place] as number) < 0xffff) times[place] = (times[place] as number) + 1;
        byServer[place] = Math.max(byServer[place] as number, deliveries[row] as number);
      }
  }
  for (let place = 0; place < times.length; place += 1)
    times[place] = Math.max(times[place] as number, byServer[place] as number);
}

/** Counts each message above the limit once. */
function name(
  history: History,
  workloads: readonly string[],
  { times, placeOf, most }: { times: Uint16Array; placeOf: (seq: number) => number; most: number },
  often: Counted<Often>,
): void {
  if (!times.some((one) => one > most)) return;
  for (const workload of workloads)
    for (const { seq, by, n, length } of history.deliveries(workload))
      for (let row = 0; row < length; row += 1) {
        const at = seq[row] as number;
        const place = placeOf(at);
        const delivered = times[place] ?? 0;
        if (place < 0 || delivered <= most) continue;
        often.add(at, { seq: at, by: by[row] as number, n: n[row] as number, times: delivered });
        times[place] = 0;
      }
}
