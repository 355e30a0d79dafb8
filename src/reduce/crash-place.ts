import type { SavedRun } from '../report/schema.ts';
import type { Milliseconds } from '../support/units.ts';

type Crash = NonNullable<SavedRun['crashes']>[number];

/** More than the clocks of a server's end and of a phase differ, and than a server takes to end of what was done last. */
const JUST_AFTER_MS: Milliseconds = 1_000;

/**
 * In which part of a run a server ended by itself: `in schedule`, `before the method`. One that ends just after a phase, before
 * anything was done in the next, counts as in it: which of them had the moment is chance.
 */
export function placeOf(
  { t, phase }: Crash,
  { phases, faults }: Pick<SavedRun, 'phases' | 'faults'>,
): string {
  const [last, previous] = phases.filter(({ startedAt = Infinity }) => startedAt <= t).reverse();
  if (last === undefined) return 'before the method';
  const { name, startedAt = 0, endedAt = t, actions } = last;
  if (phase === undefined && t - endedAt >= JUST_AFTER_MS) return 'after the method';
  const isUndisturbed =
    actions.every((action) => action.t > t) &&
    faults.every((fault) => fault.phase !== name || (fault.injectedAt ?? Infinity) > t);
  if (isUndisturbed && t - startedAt < JUST_AFTER_MS)
    return previous === undefined ? 'before the method' : `in ${previous.name}`;
  return `in ${name}`;
}
