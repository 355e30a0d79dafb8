import type { PublishStatus } from '../../history/events.ts';
import type { History } from '../../history/history.ts';
import { Bits } from '../../support/bits.ts';

/** Why a message has no place in the order. */
export type LeftOutKind = 'refused' | 'unanswered' | 'sentAgain' | 'crossedReconnect';

/** What a workload published; messages by their numbers. */
export interface Sent {
  workload: string;
  /** Its code in the history; -1 where it has none. */
  by: number;
  published: number;
  acknowledged: Bits;
  refused: Bits;
  unanswered: Bits;
  /**
   * Sent more than once, without an answer, or in flight while the connection was lost, so that it may have overtaken, or
   * been overtaken by, what came after; or refused.
   */
  unordered: Bits;
  leftOut: Record<LeftOutKind, number>;
}

/** One pass over the messages of a workload. */
export function sentBy(history: History, workload: string): Sent {
  const sent: Sent = {
    workload,
    by: history.publishers.indexOf(workload),
    published: 0,
    acknowledged: new Bits(),
    refused: new Bits(),
    unanswered: new Bits(),
    unordered: new Bits(),
    leftOut: { refused: 0, unanswered: 0, sentAgain: 0, crossedReconnect: 0 },
  };
  const outcomes = { ok: sent.acknowledged, failed: sent.refused, unknown: sent.unanswered };
  const statuses = history.publishStatuses(workload);
  const setOf = statuses.map((status) => outcomes[status.outcome]);
  const kindOf = statuses.map(kind);
  for (const { length, n, status } of history.publishes(workload)) {
    sent.published += length;
    for (let row = 0; row < length; row += 1) {
      const number = n[row] as number;
      const code = status[row] as number;
      setOf[code]?.add(number);
      const left = kindOf[code];
      if (left !== null && left !== undefined && sent.unordered.add(number)) sent.leftOut[left] += 1;
    }
  }
  return sent;
}

/** Numbers of the acknowledged messages of a workload whose sequence in its stream is not above `upTo`. */
export function removedOf(history: History, workload: string, upTo: number): Bits {
  const removed = new Bits();
  if (upTo === 0) return removed;
  const statuses = history.publishStatuses(workload);
  for (const { length, n, seq, status } of history.publishes(workload)) {
    for (let row = 0; row < length; row += 1) {
      const sequence = seq[row] as number;
      // One that was acknowledged without a sequence may have been stored after what was removed.
      const isRemoved = sequence > 0 && sequence <= upTo;
      if (isRemoved && statuses[status[row] as number]?.outcome === 'ok') removed.add(n[row] as number);
    }
  }
  return removed;
}

function kind({ outcome, attempts, crossedReconnect }: PublishStatus): LeftOutKind | null {
  if (outcome === 'failed') return 'refused';
  if (outcome === 'unknown') return 'unanswered';
  if (attempts > 1) return 'sentAgain';
  return crossedReconnect === true ? 'crossedReconnect' : null;
}
