import {
  ASSETS,
  CLAIMS,
  PHASES,
  SETTINGS,
  STARTS,
  STRIKES,
  SURROUNDINGS,
  WORKLOADS,
  type Parts,
} from './parts.ts';
import { withoutPlaces, type Pair, type Place } from './pair.ts';
import { everyStrike } from './places.ts';
import { LOAD, NODES, TARGETS, TIMES, WAITING, type Smaller } from './smaller.ts';
import { smallestSubset } from './subset.ts';
import { tidied } from './tidied.ts';

export interface ReduceOptions {
  /** Whether a smaller pair still shows the failure; a pair that is no valid experiment does not. */
  shows: (pair: Pair) => Promise<boolean>;
  /** Whether a pair can show it at all, as far as its text says: whether it still makes the claim that failed; left out: each can. */
  canShow?: (pair: Pair) => boolean;
  /** The failure is that something did not come in time: how long it is waited for stays as it is. */
  isOfTime?: boolean;
  /** Called before each kind of reduction is tried. */
  step?: (what: string) => void;
  /** Asked before each kind of reduction: whether no pair can be tried any more; left out: one always can. */
  isOver?: () => boolean;
}

/**
 * In the order in which they are tried: what decides most about the length of a run comes first (a recovery that is waited for
 * in vain is most of it, and then the drain of a consumer that gets nothing any more), then what decides about the file, and
 * what only makes it tidier last.
 */
const STEPS: readonly (Parts | Smaller)[] = [
  ...[PHASES, WAITING, CLAIMS, WORKLOADS, STRIKES, STARTS, TIMES, TARGETS],
  ...[ASSETS, SURROUNDINGS, NODES, SETTINGS, LOAD],
];

/** What an experiment consists of: whether a part may be left out depends on the others, not on how long or how much they are. */
const STRUCTURE: readonly Parts[] = [PHASES, CLAIMS, STRIKES, WORKLOADS, ASSETS, SURROUNDINGS];

/** Rounds of all reductions; each makes room for the others, and few are needed. */
const ROUNDS = 5;

/**
 * Makes an experiment and its environment smaller, step by step, as long as they show the failure: first what may be left
 * out, then fewer targets, nodes, shorter times and less load. It ends when no step is left, or `shows` refuses all.
 *
 * @param pair known to show it
 */
export async function reducePair(pair: Pair, options: ReduceOptions): Promise<Pair> {
  const { step: begun = () => undefined, isOver = () => false, canShow = () => true } = options;
  const { isOfTime = false } = options;
  const steps = STEPS.filter((step) => step !== WAITING || !isOfTime);
  const shows = askedOnce(options.shows, canShow);
  const tried = new Map<Parts | Smaller, string>();
  let current = tidied(pair);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = JSON.stringify(current);
    for (const step of steps) {
      if (tried.get(step) === dependedOnBy(step, current)) continue;
      if (isOver()) return current;
      begun(step.what);
      // Each fault and action is known to be needed by then, and so is what takes one with it.
      const strikes = tried.has(STRIKES) && step !== STRIKES ? everyStrike(current).length : 0;
      current = await carriedOut(step, current, canShow, async (candidate) =>
        everyStrike(candidate).length < strikes ? false : shows(candidate),
      );
      tried.set(step, dependedOnBy(step, current));
    }
    if (JSON.stringify(current) === before) break;
  }
  return current;
}

/** The same question, which is never asked twice about a pair. */
function askedOnce(
  shows: (pair: Pair) => Promise<boolean>,
  canShow: (pair: Pair) => boolean,
): (pair: Pair) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (candidate) => {
    const key = JSON.stringify(candidate);
    const answer = known.get(key) ?? (canShow(candidate) && (await shows(candidate)));
    known.set(key, answer);
    return answer;
  };
}

/** As long as this stays the same, a step that found nothing more is not tried again. */
function dependedOnBy(step: Parts | Smaller, pair: Pair): string {
  const isOfStructure = STRUCTURE.some((one) => one === step);
  // Parts only become fewer.
  return isOfStructure ? STRUCTURE.map(({ of }) => of(pair).length).join() : JSON.stringify(pair);
}

async function carriedOut(
  step: Parts | Smaller,
  pair: Pair,
  canShow: (pair: Pair) => boolean,
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  if ('smaller' in step) return smallerStep(pair, step.smaller, shows);
  const { of, without = withoutPlaces } = step;
  // What cannot be left out alone cannot be left out with others either.
  const places = of(pair).filter((place) => canShow(without(pair, [place])));
  return withFewerParts(pair, places, without, shows);
}

async function withFewerParts(
  pair: Pair,
  places: readonly Place[],
  without: (pair: Pair, places: readonly Place[]) => Pair,
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  const rest = (kept: readonly Place[]): Pair =>
    tidied(
      without(
        pair,
        places.filter((place) => !kept.includes(place)),
      ),
    );
  return rest(await smallestSubset(places, (kept) => shows(rest(kept))));
}

/** One thing after the other, each as small as it can be: what was refused for one is not tried again for each success of another. */
async function smallerStep(
  pair: Pair,
  smaller: (pair: Pair) => Pair[][],
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  let current = pair;
  for (let thing = 0; thing < smaller(current).length; thing += 1) {
    let next: Pair | undefined = current;
    while (next !== undefined) {
      current = next;
      next = await firstThatShows(smaller(current)[thing] ?? [], shows);
    }
  }
  return current;
}

async function firstThatShows(
  candidates: readonly Pair[],
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair | undefined> {
  for (const candidate of candidates) if (await shows(candidate)) return candidate;
  return undefined;
}
