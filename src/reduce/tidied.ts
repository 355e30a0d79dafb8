import { at, isObject, placesIn, withoutPlaces, type Pair, type Place } from './pair.ts';
import { ASSETS, phases } from './places.ts';

const OF_EXPERIMENTS = ['checks', 'thresholds', 'probes', 'stopWhen', 'steadyState', 'workloads', 'tags'];
const OF_ENVIRONMENTS = [...ASSETS, 'services', 'links'];
const OF_PHASES = ['faults', 'actions', 'expect'];

/** The pair without lists and maps that hold nothing, and mean the same when they are left out. */
export function tidied(pair: Pair): Pair {
  const places: Place[] = [
    ...OF_EXPERIMENTS.map((field) => ['experiment', field]),
    ...OF_ENVIRONMENTS.map((field) => ['environment', field]),
    ...phases(pair).flatMap((phase) => OF_PHASES.map((field) => [...phase, field])),
  ];
  const empty = places.filter((place) => isObject(at(pair, place)) && placesIn(pair, place).length === 0);
  return withoutPlaces(pair, [...empty, ...idleGraces(pair)]);
}

/** A phase has nothing to wait for where none of its actions goes by the clock. */
function idleGraces(pair: Pair): Place[] {
  return phases(pair)
    .filter((phase) =>
      placesIn(pair, [...phase, 'actions']).every((action) => at(pair, [...action, 'after']) === undefined),
    )
    .map((phase) => [...phase, 'grace']);
}
