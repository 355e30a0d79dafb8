import type { PublishEvent } from '../../../src/history/events.ts';
import type { Judge } from './judge.ts';

/** Messages that have no place in the order, each counted under one name that says why. */
export interface LeftOut {
  ids: ReadonlySet<string>;
  /** Of the messages that were acknowledged, how many there are, and how many of them have a place in the order. */
  acknowledged: number;
  judged: number;
}

const NAMES = {
  refused: 'refused',
  unanswered: 'without an answer',
  sentAgain: 'sent again',
  crossedReconnect: 'over a lost connection',
} as const;

type Kind = keyof typeof NAMES;

/**
 * Leaves out what was sent more than once, has no answer, or was in flight while the connection was lost, so that it
 * may have overtaken, or been overtaken by, what came after; and what was refused.
 */
export function leaveOut(publishes: readonly PublishEvent[], judge: Judge): LeftOut {
  const ids = new Set<string>();
  let judged = 0;
  for (const event of publishes) {
    const kind = kindOf(event);
    if (kind === null) judged += 1;
    else {
      ids.add(event.id);
      judge.count(kind);
    }
  }
  const acknowledged = publishes.filter(({ outcome }) => outcome === 'ok').length;
  judge.count('acknowledged', acknowledged);
  judge.count('leftOut', ids.size);
  return { ids, acknowledged, judged };
}

function kindOf({ outcome, attempts, crossedReconnect }: PublishEvent): Kind | null {
  if (outcome === 'failed') return 'refused';
  if (outcome === 'unknown') return 'unanswered';
  if (attempts > 1) return 'sentAgain';
  return crossedReconnect === true ? 'crossedReconnect' : null;
}

/** `2366 refused, 21 sent again`; empty when nothing is left out. */
export function kindsLeftOut(judge: Judge): string {
  const names = { ...NAMES, resent: 'delivered again as a delivery of the server did not arrive' };
  return Object.entries(names)
    .filter(([kind]) => judge.counted(kind) > 0)
    .map(([kind, name]) => `${judge.counted(kind)} ${name}`)
    .join(', ');
}

/** Above this share of messages without a place in the order, the finding first says how many were judged. */
const REPORTED_ABOVE = 0.1;

/** `only 812 of 1000 acknowledged messages could be judged: `; empty where that was nearly all. */
export function howMuch({ acknowledged, judged }: LeftOut): string {
  if (acknowledged === 0 || (acknowledged - judged) / acknowledged <= REPORTED_ABOVE) return '';
  return `only ${judged} of ${acknowledged} acknowledged messages have a place in the order: `;
}
