import type { NightlyRun, NightlyCell } from './nightly-run.ts';

/** A cell of an earlier nightly run, in which every run passed. */
export interface GoodCell {
  nightlyRun: NightlyRun;
  cell: NightlyCell;
}

/**
 * The good nightly runs of a cell, newest first. Versions move on; a cell is identified by the words that were
 * requested, so that the new release of a series is compared with the one before.
 */
export function goodNightlyRuns(
  nightlyRuns: readonly NightlyRun[],
  experiment: string,
  asked: readonly string[],
): GoodCell[] {
  return newestFirst(nightlyRuns).flatMap((nightlyRun) => {
    const cell = nightlyRun.cells.find(
      (one) => one.experiment === experiment && one.good && sameWords(one.asked, asked),
    );
    return cell === undefined ? [] : [{ nightlyRun, cell }];
  });
}

/** When two words meant one version, either may mean another one since. */
export function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return (a.length === 0 && b.length === 0) || a.some((word) => b.includes(word));
}

/** Names of the nightly runs that the next one will be compared with: the newest good one of every cell. */
export function baselinesOf(nightlyRuns: readonly NightlyRun[]): Set<string> {
  const newest = new Map<string, string>();
  for (const { name, cells } of newestFirst(nightlyRuns)) {
    for (const { experiment, asked, good } of cells) {
      if (!good) continue;
      for (const word of asked.length === 0 ? [''] : asked) {
        const key = `${experiment}\0${word}`;
        if (!newest.has(key)) newest.set(key, name);
      }
    }
  }
  return new Set(newest.values());
}

/** Their names begin with the time. */
export function newestFirst(nightlyRuns: readonly NightlyRun[]): NightlyRun[] {
  return [...nightlyRuns].sort((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0));
}
