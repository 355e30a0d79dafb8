import type { Milliseconds } from './units.ts';

/** 24 days. Node.js fires a longer timer at once. */
export const LONGEST_TIMER_MS: Milliseconds = 2 ** 31 - 1;

/**
 * Calls `action` once after a time of any length, and never sooner; it keeps the process alive until then.
 *
 * @param longestMs of one timer; several wait one after the other
 * @returns calls it off
 */
export function callAfter(
  ms: Milliseconds,
  action: () => void,
  longestMs: Milliseconds = LONGEST_TIMER_MS,
): () => void {
  const due = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = (leftMs: Milliseconds): void => {
    timer = setTimeout(() => check(), Math.min(leftMs, longestMs));
  };
  const check = (): void => {
    const leftMs = due - performance.now();
    // A timer leaves out fractions of a millisecond, and so fires too soon.
    if (leftMs > 0) wait(leftMs);
    else action();
  };
  wait(ms);
  return () => clearTimeout(timer);
}
