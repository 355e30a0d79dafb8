import { placesIn, type Pair, type Place } from './pair.ts';

/** Maps of an environment whose entries are streams, consumers and buckets. */
export const ASSETS: readonly string[] = ['consumers', 'streams', 'buckets', 'objectBuckets'];

/** The phases of the method. */
export function phases(pair: Pair): Place[] {
  return placesIn(pair, ['experiment', 'method']);
}

/** The items of a list of every phase: of `faults`, `actions` or `expect`. */
export function inPhases(pair: Pair, list: string): Place[] {
  return phases(pair).flatMap((phase) => placesIn(pair, [...phase, list]));
}

/** Faults and actions of every phase. */
export function strikes(pair: Pair): Place[] {
  return [...inPhases(pair, 'faults'), ...inPhases(pair, 'actions')];
}

/** The same, with each of a choice. */
export function everyStrike(pair: Pair): Place[] {
  return strikes(pair).flatMap((one) => [one, ...placesIn(pair, [...one, 'of'])]);
}

export function workloads(pair: Pair): Place[] {
  return placesIn(pair, ['experiment', 'workloads']);
}

export function clusters(pair: Pair): Place[] {
  return placesIn(pair, ['environment', 'clusters']);
}

/** Streams, consumers and buckets. */
export function assets(pair: Pair): Place[] {
  return ASSETS.flatMap((kind) => placesIn(pair, ['environment', kind]));
}
