/**
 * The smallest part of a list that still shows something, by delta debugging (Zeller and Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", 2002): parts of the list are left out, larger ones first, until none of its items can
 * be left out any more.
 *
 * @param shows whether a part still shows it; never asked about the whole list, which is known to
 * @returns the items that remain, in their order
 */
export async function smallestSubset<T>(
  all: readonly T[],
  shows: (items: T[]) => Promise<boolean>,
): Promise<T[]> {
  let items = [...all];
  let parts = 1;
  while (items.length > 0) {
    const smaller = await firstThatShows(without(items, parts), shows);
    if (smaller !== undefined) {
      items = smaller;
      parts = Math.max(1, Math.min(items.length, parts - 1));
    } else if (parts >= items.length) {
      break;
    } else {
      parts = Math.min(items.length, parts * 2);
    }
  }
  return items;
}

/** The list without each of its parts in turn: without the whole of it where it has one part. */
function without<T>(items: readonly T[], parts: number): T[][] {
  const size = items.length / parts;
  return Array.from({ length: parts }, (_, part) => [
    ...items.slice(0, Math.round(part * size)),
    ...items.slice(Math.round((part + 1) * size)),
  ]);
}

async function firstThatShows<T>(
  candidates: readonly T[][],
  shows: (items: T[]) => Promise<boolean>,
): Promise<T[] | undefined> {
  for (const candidate of candidates) if (await shows(candidate)) return candidate;
  return undefined;
}
