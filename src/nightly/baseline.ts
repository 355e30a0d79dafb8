import type { Night, NightCell } from './night.ts';

/** A cell of an earlier night, all of whose runs passed. */
export interface GoodCell {
  night: Night;
  cell: NightCell;
}

/**
 * The good nights of a cell, the newest first. Versions move on; a cell is known by the words that it was asked for by,
 * so that the new release of a series is held against the one before.
 */
export function goodNights(
  nights: readonly Night[],
  experiment: string,
  asked: readonly string[],
): GoodCell[] {
  return newestFirst(nights).flatMap((night) => {
    const cell = night.cells.find(
      (one) => one.experiment === experiment && one.good && sameWords(one.asked, asked),
    );
    return cell === undefined ? [] : [{ night, cell }];
  });
}

/** Of two words for one version, either may have moved on since. */
export function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return (a.length === 0 && b.length === 0) || a.some((word) => b.includes(word));
}

/** Names of the nights that the next one will be held against: the newest good one of every cell. */
export function baselinesOf(nights: readonly Night[]): Set<string> {
  const newest = new Map<string, string>();
  for (const { name, cells } of newestFirst(nights)) {
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
export function newestFirst(nights: readonly Night[]): Night[] {
  return [...nights].sort((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0));
}
