import type { Milliseconds, PerSecond } from '../../support/units.ts';

/** When messages are due, counted from 0, in ms since the schedule began. */
export interface Schedule {
  dueMs(index: number): Milliseconds;
  /** How many are due by then. */
  countBy(ms: Milliseconds): number;
  /** How far it may fall behind before messages are left out. */
  catchUpMs: Milliseconds;
}

/** Messages missed in a gap longer than this are left out, and counted: an outage must not end in a flood. */
const CATCH_UP_MS = 1000;

/** What is due at a time by one formula is due at that time by the other too. */
const ROUNDING = 1e-6;

export function constantRate(perSecond: PerSecond): Schedule {
  const perMs = perSecond / 1000;
  return {
    dueMs: (index) => index / perMs,
    countBy: (ms) => (ms < 0 ? 0 : Math.floor(ms * perMs + ROUNDING) + 1),
    catchUpMs: CATCH_UP_MS,
  };
}

export interface Stage {
  to: PerSecond;
  over: Milliseconds;
}

/** From a rate to each of the others in turn, evenly; then it stays at the last. */
export function ramp(from: PerSecond, stages: readonly Stage[]): Schedule {
  const pieces = piecesOf(from, stages);
  return {
    dueMs: (index) => {
      const piece = lastOf(pieces, ({ before }) => before <= index);
      return piece.at + timeIn(piece, index - piece.before);
    },
    countBy: (ms) => {
      if (ms < 0) return 0;
      const piece = lastOf(pieces, ({ at }) => at <= ms);
      return Math.floor(countIn(piece, ms - piece.at) + piece.before + ROUNDING) + 1;
    },
    catchUpMs: CATCH_UP_MS,
  };
}

/** So many at once, and again after each interval. */
export function bursts(messages: number, every: Milliseconds): Schedule {
  return {
    dueMs: (index) => Math.floor(index / messages) * every,
    countBy: (ms) => (ms < 0 ? 0 : (Math.floor(ms / every) + 1) * messages),
    // One burst may take longer than a second, and is no flood.
    catchUpMs: Math.max(CATCH_UP_MS, every),
  };
}

/** A time in which the rate changes evenly; the last one has no end. */
interface Piece {
  at: Milliseconds;
  /** Messages before it, with the fraction of the next. */
  before: number;
  perMs: number;
  /** Change of `perMs` in a ms. */
  slope: number;
}

function piecesOf(from: PerSecond, stages: readonly Stage[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let before = 0;
  let perMs = from / 1000;
  for (const { to, over } of stages) {
    const slope = over === 0 ? 0 : (to / 1000 - perMs) / over;
    pieces.push({ at, before, perMs, slope });
    at += over;
    before += ((perMs + to / 1000) / 2) * over;
    perMs = to / 1000;
  }
  return [...pieces, { at, before, perMs, slope: 0 }];
}

function countIn({ perMs, slope }: Piece, ms: Milliseconds): number {
  return perMs * ms + (slope * ms * ms) / 2;
}

function timeIn({ perMs, slope }: Piece, count: number): Milliseconds {
  if (count <= 0) return 0;
  // The root that stays exact where the rate hardly changes.
  return (2 * count) / (perMs + Math.sqrt(Math.max(0, perMs * perMs + 2 * slope * count)));
}

/** The last one that has begun; the first where none has. */
function lastOf(pieces: readonly Piece[], hasBegun: (piece: Piece) => boolean): Piece {
  const [first] = pieces as [Piece];
  return pieces.findLast(hasBegun) ?? first;
}
