import { baselinesOf, newestFirst } from './baseline.ts';
import type { NightlyRun } from './nightly-run.ts';

export interface Retention {
  /** The newest nightly runs stay, this many of them, whatever their verdicts. */
  keep: number;
  /** A nightly run that did not pass stays for at least this long. */
  keepFailuresMs: number;
}

/**
 * Names of the nightly runs that may be deleted. Never deleted are the newest ones, those that a later nightly run is
 * compared with, recent failures, and those with leftovers, because only their folder knows what is to be undone.
 */
export function nightlyRunsToDelete(
  nightlyRuns: readonly NightlyRun[],
  { keep, keepFailuresMs }: Retention,
  now: Date,
): string[] {
  const baselines = baselinesOf(nightlyRuns);
  return newestFirst(nightlyRuns)
    .slice(keep)
    .filter(({ name, verdict, endedAt }) => {
      if (baselines.has(name) || verdict === 'unclean') return false;
      const age = now.getTime() - new Date(endedAt).getTime();
      // When the age is unknown, nothing shows that it has expired.
      return verdict === 'pass' || age > keepFailuresMs;
    })
    .map(({ name }) => name);
}
