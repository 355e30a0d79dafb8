import { compareVersions, inSeries, isPrerelease } from '../support/versions.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What the runs on one version say: whether the experiment fails there. */
export type Seen = 'fails' | 'holds' | 'unclear';

/** The search for the first release that differs from the oldest one. */
export interface Bisection {
  /** As it was written: `2.10.20..2.12`. */
  range: string;
  /** Every release of the range, the oldest first. */
  versions: string[];
  /** What was looked at, in that order. */
  steps: { version: string; seen: Seen }[];
  /** The first release that differs from the oldest; null where none was found. */
  first: string | null;
  /** The last that is like the oldest. */
  last: string | null;
  /** Releases between these two whose runs say nothing. */
  unclear: string[];
  /** Why none was found. */
  why?: string;
}

/**
 * The releases of a range, the oldest first, without pre-releases.
 *
 * @param range `2.10.20..2.12`: both ends belong to it, a series with all its releases
 * @throws RangeError with what is wrong with it, as the end of a sentence
 */
export function releasesIn(range: string, published: readonly string[]): string[] {
  const [from, to, ...more] = range.split('..');
  if (from === undefined || to === undefined || more.length > 0 || !isBound(from) || !isBound(to))
    throw new RangeError(
      'is no range of releases: expected two with two dots between them, such as 2.10.20..2.12',
    );
  const releases = [...new Set(published)]
    .filter((version) => !isPrerelease(version))
    .filter((version) => isFrom(version, from) && isUpTo(version, to))
    .sort(compareVersions);
  if (releases.length < 2)
    throw new RangeError(
      `has ${releases.length === 1 ? `one release, ${releases[0] ?? ''}` : 'no release'}: two are needed`,
    );
  return releases;
}

function isBound(text: string): boolean {
  return /^\d+(\.\d+){0,2}$/.test(text);
}

function isFrom(version: string, bound: string): boolean {
  return inSeries(version, bound) || compareVersions(version, padded(bound)) >= 0;
}

function isUpTo(version: string, bound: string): boolean {
  return inSeries(version, bound) || compareVersions(version, padded(bound)) <= 0;
}

/** A series as its first release. */
function padded(bound: string): string {
  return [...bound.split('.'), '0', '0'].slice(0, 3).join('.');
}

/** One failure shows that a version has it; only runs that pass show that it has not. */
export function seenIn(outcomes: readonly Verdict[]): Seen {
  if (outcomes.includes('fail')) return 'fails';
  return outcomes.includes('pass') ? 'holds' : 'unclear';
}

/**
 * Looks for the first release that differs from the oldest, by halves. A release that says nothing is passed over, as
 * `git bisect skip` does.
 *
 * @param versions the oldest first, at least two
 * @param look at one release; false from `mayGoOn` ends the search
 */
export async function bisect(
  range: string,
  versions: readonly string[],
  look: (version: string) => Promise<Seen>,
  mayGoOn: () => boolean,
): Promise<Bisection> {
  const steps: Bisection['steps'] = [];
  const at = async (index: number): Promise<Seen> => {
    const version = versions[index] as string;
    const seen = await look(version);
    steps.push({ version, seen });
    return seen;
  };
  const done = (part: Partial<Bisection>): Bisection => ({
    range,
    versions: [...versions],
    steps,
    first: null,
    last: null,
    unclear: [],
    ...part,
  });
  let [low, high] = [0, versions.length - 1];
  const [oldest, newest] = [await at(low), await at(high)];
  const [a, b] = [versions[low] as string, versions[high] as string];
  if (oldest === 'unclear' || newest === 'unclear')
    return done({ why: `the runs on ${oldest === 'unclear' ? a : b} say nothing` });
  if (oldest === newest) return done({ why: `${a} and ${b} are alike: on both it ${oldest}` });
  const passed = new Set<number>();
  for (;;) {
    const open = indices(low + 1, high).filter((index) => !passed.has(index));
    const middle = open[Math.floor(open.length / 2)];
    if (middle === undefined) break;
    if (!mayGoOn())
      return done({ why: `it ended between ${versions[low] ?? ''} and ${versions[high] ?? ''}` });
    const seen = await at(middle);
    if (seen === 'unclear') passed.add(middle);
    else if (seen === oldest) low = middle;
    else high = middle;
  }
  return done({
    first: versions[high] as string,
    last: versions[low] as string,
    unclear: versions.slice(low + 1, high),
  });
}

function indices(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
}

/** The result in one sentence. */
export function bisectionText({ first, last, unclear, why, steps, versions }: Bisection): string {
  const effort = `${steps.length} of ${versions.length} releases were run`;
  if (first === null || last === null) return `no first release that differs: ${why ?? ''}; ${effort}`;
  const seen = (version: string): string => steps.find((step) => step.version === version)?.seen ?? 'unclear';
  const between = unclear.length === 0 ? '' : `; ${unclear.join(', ')} between them say nothing`;
  return `${first} is the first release on which it ${seen(first)}; on ${last} it ${seen(last)}${between}; ${effort}`;
}
