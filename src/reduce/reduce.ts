import { ASSETS, CLAIMS, PHASES, SETTINGS, STRIKES, SURROUNDINGS, WORKLOADS, type Parts } from './parts.ts';
import { withoutPlaces, type Pair, type Place } from './pair.ts';
import { LOAD, NODES, TARGETS, TIMES, WAITING, type Smaller } from './smaller.ts';
import { smallestSubset } from './subset.ts';
import { tidied } from './tidied.ts';

export interface ReduceOptions {
  /** Whether a smaller pair still shows the failure; a pair that is no valid experiment does not. */
  shows: (pair: Pair) => Promise<boolean>;
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
  ...[PHASES, WAITING, CLAIMS, WORKLOADS, STRIKES, TIMES, TARGETS],
  ...[ASSETS, SURROUNDINGS, NODES, LOAD, SETTINGS],
];

/** Rounds of all reductions; each makes room for the others, and few are needed. */
const ROUNDS = 5;

/**
 * Makes an experiment and its environment smaller, step by step, as long as they show the failure: first what may be left
 * out, then fewer targets, nodes, shorter times and less load. It ends when no step is left, or `shows` refuses all.
 *
 * @param pair known to show it
 */
export async function reducePair(
  pair: Pair,
  { shows, isOfTime = false, step: begun = () => undefined, isOver = () => false }: ReduceOptions,
): Promise<Pair> {
  const known = new Map<string, boolean>();
  const showsOnce = async (candidate: Pair): Promise<boolean> => {
    const key = JSON.stringify(candidate);
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = await shows(candidate);
    known.set(key, answer);
    return answer;
  };
  let current = tidied(pair);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = JSON.stringify(current);
    known.set(before, true);
    for (const step of STEPS.filter((one) => one !== WAITING || !isOfTime)) {
      if (isOver()) return current;
      begun(step.what);
      current = await carriedOut(step, current, showsOnce);
    }
    if (JSON.stringify(current) === before) break;
  }
  return current;
}

async function carriedOut(
  step: Parts | Smaller,
  pair: Pair,
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  if ('smaller' in step) return smallerStep(pair, step.smaller, shows);
  const { of, without = withoutPlaces } = step;
  return withFewerParts(pair, of(pair), without, shows);
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

async function smallerStep(
  pair: Pair,
  smaller: (pair: Pair) => Pair[],
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  for (const candidate of smaller(pair)) {
    if (await shows(candidate)) return smallerStep(candidate, smaller, shows);
  }
  return pair;
}
