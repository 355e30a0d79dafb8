/** The candidate that was probably meant, or undefined when none is near enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const [a, b] = differingParts(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(1, Math.floor(Math.min(a.length, b.length) / 3));
    if (Math.abs(a.length - b.length) > limit || candidate === word) continue;
    const distance = editDistance(a, b);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The two addresses without the folder that they share: a long one would make different names look similar. */
function differingParts(a: string, b: string): [string, string] {
  const folder = a.slice(0, a.lastIndexOf('/') + 1);
  const shared = b.startsWith(folder) && !b.slice(folder.length).includes('/') ? folder.length : 0;
  return [a.slice(shared), b.slice(shared)];
}

/** `; did you mean "rate"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** Damerau-Levenshtein (optimal string alignment): swapping two neighbours counts as one error. */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(older, j - 2) + 1);
      }
      current.push(least);
    }
    older = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
