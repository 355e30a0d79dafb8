import type { LeftOutKind, Sent } from './evidence/sent.ts';
import type { Judge } from './judge.ts';

/** How many of the messages that were acknowledged have a place in the order. */
export interface LeftOut {
  acknowledged: number;
  judged: number;
}

const NAMES: Record<LeftOutKind, string> = {
  refused: 'refused',
  unanswered: 'without an answer',
  sentAgain: 'sent again',
  crossedReconnect: 'over a lost connection',
};
const KINDS = Object.keys(NAMES) as LeftOutKind[];

/** Counts the messages that have no place in the order, each under one name that says why. */
export function leaveOut(sent: readonly Sent[], judge: Judge): LeftOut {
  let published = 0;
  let acknowledged = 0;
  let left = 0;
  for (const one of sent) {
    for (const kind of KINDS) judge.countAny(kind, one.leftOut[kind]);
    published += one.published;
    acknowledged += one.acknowledged.size;
    left += one.unordered.size;
  }
  judge.count('acknowledged', acknowledged);
  judge.count('leftOut', left);
  return { acknowledged, judged: published - left };
}

/** `2366 refused, 21 sent again`; empty when nothing is left out. */
export function kindsLeftOut(judge: Judge): string {
  return Object.entries({ ...NAMES, resent: 'delivered again as a delivery of the server did not arrive' })
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
