import type { DeliveryStatus, Instead, Outcome } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { decodeLate } from '../../history/tables/late.ts';
import type { DeliveryRows, PublishRows } from '../../history/tables/table.ts';
import type { Milliseconds } from '../../support/units.ts';
import { LaterRows } from './later-rows.ts';

/**
 * One message that a workload published, or that was delivered to it, or one operation on a key or on something with a name,
 * with everything that is known of it.
 */
export interface Operation {
  /** When it was sent or delivered, since the run began. */
  t: Milliseconds;
  workload: string;
  /** `publish`, `deliver`, or what was done with the key. */
  op: string;
  /** The workload that published or wrote it, or what was found; null for one of others. */
  publisher: string | null;
  /** Its number within that workload; null for none. */
  n: number | null;
  /** Its stream sequence, where it is known. */
  seq: number | null;
  /** Of the publish, or of the acknowledgement of the delivery; `none`: it was never acknowledged. */
  outcome: Outcome | 'none';
  /** From when it was due until its outcome was known; of a delivery: until that of its acknowledgement. */
  latency: Milliseconds | null;
  /** From when it was due until it was sent. */
  late: Milliseconds | null;
  /** How often it was sent. */
  attempts: number | null;
  /** 1 for a first delivery. */
  deliveries: number | null;
  /** Which of the workload's clients, from 1. */
  client: number | null;
  /** The key, or the name of what the operation was about. */
  key: string | null;
  /** Of a key: as a write was confirmed, or as it was found; null for none. */
  revision: number | null;
  /** Of a key: the revision on which the write was conditional; null for none. */
  expected: number | null;
  /** Which of the workload's members it was delivered to, from 1; null where there is only one. */
  member: number | null;
  /** Its error, and what else is special. */
  note: string | null;
}

/** A message is about no key. */
const NO_KEY = { client: null, key: null, revision: null, expected: null };

/** @param wanted which rows; left out: all */
export function* publishesOf(
  history: History,
  workload: string,
  wanted?: (rows: PublishRows, row: number) => boolean,
): Generator<Operation> {
  const statuses = history.publishStatuses(workload);
  for (const rows of history.publishes(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      if (wanted?.(rows, row) === false) continue;
      const status = statuses[rows.status[row] ?? 0];
      const late = decodeLate(rows.late[row] ?? 0);
      const seq = rows.seq[row] ?? 0;
      const notes = [
        ...(status?.error === undefined ? [] : [status.error]),
        ...(status?.duplicate === true ? ['the server had it already'] : []),
        ...(status?.crossedReconnect === true ? ['sent over a connection that was lost'] : []),
      ];
      yield {
        t: rows.t[row] ?? 0,
        workload,
        op: 'publish',
        publisher: workload,
        n: rows.n[row] ?? 0,
        seq: seq === 0 ? null : seq,
        outcome: status?.outcome ?? 'unknown',
        latency: late + (rows.latency[row] ?? 0) / 1000,
        late,
        attempts: status?.attempts ?? null,
        deliveries: null,
        ...NO_KEY,
        member: null,
        note: notes.length === 0 ? null : notes.join('; '),
      };
    }
  }
}

/**
 * A delivery whose acknowledgement has a row of its own is one operation all the same.
 *
 * @param wanted which rows; left out: all
 */
export function* deliveriesOf(
  history: History,
  workload: string,
  wanted?: (rows: DeliveryRows, row: number) => boolean,
): Generator<Operation> {
  const statuses = history.deliveryStatuses(workload);
  const hasMembers = (history.workloads[workload]?.members ?? 1) > 1;
  const later = new LaterRows(history.deliveries(workload), statuses);
  for (const rows of history.deliveries(workload)) {
    for (let row = 0; row < rows.length; row += 1) {
      if (wanted?.(rows, row) === false) continue;
      let status = statuses[rows.status[row] ?? 0];
      if (status?.row === 'later') continue;
      let acked = rows.acked[row] ?? 0;
      const seq = rows.seq[row] ?? 0;
      const t = rows.t[row] ?? 0;
      if (status?.row === 'delivered') {
        const end = later.of(seq, t);
        status = end === undefined ? status : statuses[end.status];
        acked = end?.acked ?? acked;
      }
      const publisher = history.publishers[rows.by[row] ?? 0] ?? null;
      yield {
        t,
        workload,
        op: 'deliver',
        publisher,
        n: publisher === null ? null : (rows.n[row] ?? 0),
        seq,
        outcome: status?.outcome ?? 'none',
        latency: status?.outcome === undefined ? null : acked / 1000,
        late: null,
        attempts: null,
        deliveries: rows.deliveries[row] ?? 0,
        ...NO_KEY,
        member: hasMembers ? (rows.member[row] ?? 0) + 1 : null,
        note: deliveryNote(status),
      };
    }
  }
}

const INSTEAD: Readonly<Record<Instead, string>> = {
  nak: 'rejected (nak)',
  term: 'given up for good (term)',
  crash: 'the consumer crashed with it',
};

function deliveryNote(status: DeliveryStatus | undefined): string | null {
  const notes = [
    ...(status?.instead === undefined ? [] : [INSTEAD[status.instead]]),
    ...(status?.error === undefined ? [] : [status.error]),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}
