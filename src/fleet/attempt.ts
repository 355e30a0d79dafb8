import { MOST_DELIVERIES, MOST_LOST } from './limits.ts';
import type { RunState } from './state.ts';

/** How many attempts have been lost when a run is delivered: their workers died, or lost their lease. */
export function lostBefore(before: RunState | null, delivery: number): number {
  if (before === null) return 0;
  const isOpen = before.state !== 'waiting' && before.attempt < delivery;
  return before.lost + (isOpen ? 1 : 0);
}

/** Why a run is not tried once more, in words; null when it is. */
export function whyNotAgain(lost: number, delivery: number): string | null {
  if (lost >= MOST_LOST)
    return `${lost} workers have died of it, or lost it: it is not tried again, as it may be what ends them`;
  if (delivery > MOST_DELIVERIES) return `it was given back ${delivery - 1} times, and is not tried again`;
  return null;
}
