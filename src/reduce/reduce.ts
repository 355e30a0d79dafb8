import { PARTS } from './parts.ts';
import { withoutPlaces, type Pair, type Place } from './pair.ts';
import { SMALLER } from './smaller.ts';
import { smallestSubset } from './subset.ts';
import { tidied } from './tidied.ts';

export interface ReduceOptions {
  /** Whether a smaller pair still shows the failure; a pair that is no valid experiment does not. */
  shows: (pair: Pair) => Promise<boolean>;
  /** Called before each kind of reduction is tried. */
  step?: (what: string) => void;
}

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
  { shows, step = () => undefined }: ReduceOptions,
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
    for (const { what, of, without = withoutPlaces } of PARTS) {
      step(what);
      current = await withFewerParts(current, of(current), without, showsOnce);
    }
    for (const { what, of } of SMALLER) {
      step(what);
      current = await smallerStep(current, of, showsOnce);
    }
    if (JSON.stringify(current) === before) break;
  }
  return current;
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
  of: (pair: Pair) => Pair[],
  shows: (pair: Pair) => Promise<boolean>,
): Promise<Pair> {
  for (const candidate of of(pair)) {
    if (await shows(candidate)) return smallerStep(candidate, of, shows);
  }
  return pair;
}
