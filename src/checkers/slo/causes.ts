import type { Milliseconds } from '../../support/units.ts';
import type { FaultTimes } from '../evidence/evidence.ts';

/**
 * What was in force while something was under way: of several faults the last one that was injected, or else what had been
 * removed last before. @param faults undefined where nothing says what was injected
 */
export function causesOf(
  faults: readonly FaultTimes[] | undefined,
): (from: Milliseconds, to: Milliseconds) => string {
  if (faults === undefined) return () => 'unknown: the faults of the run are not known';
  const injected = faults
    .flatMap(({ title, injectedAt, removedAt = Infinity }) =>
      injectedAt === undefined ? [] : [{ title, injectedAt, removedAt }],
    )
    .sort((a, b) => a.injectedAt - b.injectedAt);
  return (from, to) => {
    const inForce = injected.findLast(({ injectedAt, removedAt }) => injectedAt <= to && removedAt >= from);
    if (inForce !== undefined) return inForce.title;
    const before = injected.findLast(({ removedAt }) => removedAt < from);
    return before === undefined ? 'no fault' : `after ${before.title}`;
  };
}
