import { compareVersions, inSeries, isPrerelease } from '../support/versions.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What the runs on one version say: whether the experiment fails there. */
export type Seen = 'fails' | 'holds' | 'unclear';

/** What was seen on one release. */
export interface Look {
  seen: Seen;
  /** How many of its runs failed. */
  failed: number;
  /** How many of its runs say whether it fails. */
  judged: number;
}

/** The search for the first release that differs from the oldest one. */
export interface Bisection {
  /** As it was written: `2.10.20..2.12`. */
  range: string;
  /** Every release of the range, the oldest first. */
  versions: string[];
  /** What was looked at, in that order. */
  steps: (Look & { version: string })[];
  /** The first release that differs from the oldest; null where none was found. */
  first: string | null;
  /** The last that is like the oldest. */
  last: string | null;
  /** Releases between these two whose runs say nothing. */
  unclear: string[];
  /** Why none was found. */
  why?: string;
  /** Left out once it is over, whether something was found or not. */
  going?: true;
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
  if (!inSeries(from, to) && compareVersions(padded(from), padded(to)) > 0)
    throw new RangeError(`begins after its end: expected the older release first, ${to}..${from}`);
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
export function lookAt(outcomes: readonly Verdict[]): Look {
  const failed = outcomes.filter((verdict) => verdict === 'fail').length;
  const judged = failed + outcomes.filter((verdict) => verdict === 'pass').length;
  return { seen: failed > 0 ? 'fails' : judged > 0 ? 'holds' : 'unclear', failed, judged };
}

/** A search that has looked at nothing yet. */
export function newBisection(range: string, versions: readonly string[]): Bisection {
  const none = { steps: [], first: null, last: null, unclear: [] };
  return { range, versions: [...versions], ...none, going: true };
}

/** So many releases at an end of the range may say nothing before the search is given up. */
const MOST_SILENT_AT_AN_END = 4;

/** A release that holds only by chance is to be as improbable as this. */
export const RARE = 0.01;
/** So many runs of one release may be added to make that so. */
const MOST_RUNS = 12;

/**
 * Looks for the first release that differs from the oldest, by halves. A release that says nothing is passed over, as
 * `git bisect skip` does; at an end of the range, the next one towards the middle takes its place. In the end the release
 * beside the boundary that holds is run again, until it hardly holds by chance: where it fails after all, the search goes on.
 *
 * @param look at one release, in so many runs at the least; null when it was stopped before it was known, which stops the search
 * @param noted called after each look
 */
export async function bisect(
  { range, versions }: Pick<Bisection, 'range' | 'versions'>,
  look: (version: string, runs: number) => Promise<Look | null>,
  noted: (bisection: Bisection) => void = () => undefined,
): Promise<Bisection> {
  const state = newBisection(range, versions);
  /** @throws Stopped */
  const at = async (index: number, runs = 1): Promise<Look> => {
    const version = versions[index] as string;
    const found = await look(version, runs);
    if (found === null) throw new Stopped(version);
    state.steps = [...state.steps.filter((step) => step.version !== version), { version, ...found }];
    noted(state);
    return found;
  };
  try {
    Object.assign(state, await halved(versions, at));
    delete state.going;
  } catch (thrown) {
    if (!(thrown instanceof Stopped)) throw thrown;
    state.why = `it was stopped before it was known what ${thrown.version} does`;
  }
  return state;
}

/** A look that did not come to its end. */
class Stopped extends Error {
  readonly version: string;
  constructor(version: string) {
    super();
    this.version = version;
  }
}

async function halved(
  versions: readonly string[],
  at: (index: number, runs?: number) => Promise<Look>,
): Promise<Partial<Bisection>> {
  const all = versions.map((_, index) => index);
  const known = new Map<number, Look>();
  const lookAtOne = async (index: number, runs?: number): Promise<Look> => {
    const found = await at(index, runs);
    known.set(index, found);
    return found;
  };
  const oldest = await firstThatSays(all.slice(0, MOST_SILENT_AT_AN_END), lookAtOne);
  if (oldest === null) return { why: 'the runs on the oldest releases of the range say nothing' };
  const ends = all.slice(oldest + 1).slice(-MOST_SILENT_AT_AN_END);
  const newest = await firstThatSays(ends.reverse(), lookAtOne);
  if (newest === null) return { why: 'the runs on the newest releases of the range say nothing' };
  const name = (index: number): string => versions[index] as string;
  for (;;) {
    const { seen } = known.get(oldest) as Look;
    if (known.get(newest)?.seen === seen) {
      const rare =
        seen === 'holds' ? ' (a failure that shows in some of the runs only may take more: --repeat)' : '';
      return { why: `${name(oldest)} and ${name(newest)} are alike: on both it ${seen}${rare}` };
    }
    const [low, high] = boundary(known, seen);
    const open = all.slice(low + 1, high).filter((index) => !known.has(index));
    const middle = open[Math.floor(open.length / 2)];
    if (middle !== undefined) {
      await lookAtOne(middle);
      continue;
    }
    const holding = seen === 'holds' ? low : high;
    const { judged = 0 } = known.get(holding) ?? {};
    const wanted = Math.min(MOST_RUNS, runsThatSay([...known.values()]));
    const more = judged < wanted ? await lookAtOne(holding, wanted) : undefined;
    // Further runs that say nothing would not end.
    if (more === undefined || more.judged <= judged)
      return { first: name(high), last: name(low), unclear: versions.slice(low + 1, high) };
  }
}

/** The two releases between which it changes. A failure is certain, so it counts for more than a release that holds. */
function boundary(known: ReadonlyMap<number, Look>, oldest: Seen): [low: number, high: number] {
  const of = (wanted: Seen): number[] =>
    [...known].filter(([, { seen }]) => seen === wanted).map(([at]) => at);
  if (oldest === 'fails') {
    const low = Math.max(...of('fails'));
    return [low, Math.min(...of('holds').filter((index) => index > low))];
  }
  const high = Math.min(...of('fails'));
  return [Math.max(...of('holds').filter((index) => index < high)), high];
}

/** How often a failure shows where it shows: k in n runs are taken for (k + 1) in (n + 2). */
export function failureRate(looks: readonly Look[]): number {
  const failing = looks.filter(({ seen }) => seen === 'fails');
  const sum = (of: (look: Look) => number): number => failing.reduce((total, look) => total + of(look), 0);
  return (sum(({ failed }) => failed) + 1) / (sum(({ judged }) => judged) + 2);
}

/** How many runs must pass on a release until it hardly holds by chance. */
export function runsThatSay(looks: readonly Look[]): number {
  return Math.ceil(Math.log(RARE) / Math.log(1 - failureRate(looks)));
}

async function firstThatSays(
  indices: readonly number[],
  at: (index: number) => Promise<Look>,
): Promise<number | null> {
  for (const index of indices) if ((await at(index)).seen !== 'unclear') return index;
  return null;
}
