import { baselinesOf, newestFirst } from './baseline.ts';
import type { Night } from './night.ts';

export interface Retention {
  /** The newest so many nights stay, whatever they came to. */
  keep: number;
  /** A night that did not pass stays for so long. */
  keepFailuresMs: number;
}

/**
 * Names of the nights that may be deleted. Never among them: one of the newest, one that a later night is held against,
 * a failure younger than its limit, and one that has left something to be undone, of which its folder alone knows.
 */
export function nightsToDelete(
  nights: readonly Night[],
  { keep, keepFailuresMs }: Retention,
  now: Date,
): string[] {
  const baselines = baselinesOf(nights);
  return newestFirst(nights)
    .slice(keep)
    .filter(({ name, verdict, endedAt }) => {
      if (baselines.has(name) || verdict === 'unclean') return false;
      const age = now.getTime() - new Date(endedAt).getTime();
      // Of an age that cannot be told, nothing says that it is over.
      return verdict === 'pass' || age > keepFailuresMs;
    })
    .map(({ name }) => name);
}
