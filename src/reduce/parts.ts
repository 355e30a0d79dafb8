import { at, isObject, placesIn, withoutPlaces, type Document, type Pair, type Place } from './pair.ts';
import { assets, clusters, everyStrike, inPhases, phases, workloads } from './places.ts';

/** Things of one kind that may be left out. */
export interface Parts {
  /** What they are, in words. */
  what: string;
  of: (pair: Pair) => Place[];
  /** Left out: they are taken away, and nothing else changes. */
  without?: (pair: Pair, places: readonly Place[]) => Pair;
}

export const CLAIMS: Parts = { what: 'claims', of: claims };
export const STRIKES: Parts = { what: 'faults and actions', of: eachStrike, without: withoutStrikes };
export const PHASES: Parts = { what: 'phases', of: phases };
export const WORKLOADS: Parts = { what: 'workloads', of: workloads, without: withoutNamed };
export const ASSETS: Parts = {
  what: 'streams, consumers and buckets',
  of: assets,
  without: withoutNamed,
};
export const SURROUNDINGS: Parts = {
  what: 'services, links and clusters',
  of: surroundings,
  without: withoutNamed,
};
export const STARTS: Parts = { what: 'times of injection', of: (pair) => settings(pair).filter(isStart) };
export const SETTINGS: Parts = {
  what: 'settings',
  of: (pair) => settings(pair).filter((place) => !isStart(place)),
};

function claims(pair: Pair): Place[] {
  const lists = ['checks', 'thresholds', 'probes', 'stopWhen', 'steadyState'];
  return [...lists.flatMap((list) => placesIn(pair, ['experiment', list])), ...inPhases(pair, 'expect')];
}

/** Each of a choice counts on its own. */
function eachStrike(pair: Pair): Place[] {
  const faults = inPhases(pair, 'faults').flatMap((fault) => {
    const choice = placesIn(pair, [...fault, 'of']);
    return choice.length > 1 ? choice : [fault];
  });
  return [...faults, ...inPhases(pair, 'actions')];
}

/** A choice of nothing is none. */
function withoutStrikes(pair: Pair, places: readonly Place[]): Pair {
  const rest = withoutPlaces(pair, places);
  const empty = inPhases(rest, 'faults').filter(
    (fault) => placesIn(rest, fault).length > 0 && isEmptyChoice(at(rest, fault)),
  );
  return withoutPlaces(rest, empty);
}

function isEmptyChoice(fault: unknown): boolean {
  return isObject(fault) && 'of' in fault && Array.isArray(fault.of) && fault.of.length === 0;
}

function surroundings(pair: Pair): Place[] {
  return [
    ...placesIn(pair, ['environment', 'services']),
    ...placesIn(pair, ['environment', 'links']),
    ...clusters(pair),
  ];
}

/** What an experiment is, and what decides how much its servers withstand: without it, it fails for another reason. */
const KEPT = new Set([
  ...[
    'name',
    'title',
    'environment',
    'nats',
    'method',
    'workloads',
    'checks',
    'steadyState',
    'thresholds',
    'maxNodesDown',
  ],
  ...['nodes', 'replicas', 'jetstream', 'storage', 'retention'],
  // Without it a fault lasts longer.
  'for',
]);

/** When faults and actions are injected, and how often: without these at once, and once. */
function isStart(place: Place): boolean {
  return place.at(-1) === 'after' || place.at(-1) === 'every';
}

/** What has a default: of faults and actions too, as when they are injected (`after`) and how often (`every`). */
function settings(pair: Pair): Place[] {
  const holders = [
    ['experiment'],
    ...workloads(pair),
    ...everyStrike(pair),
    ...assets(pair),
    ...clusters(pair),
  ];
  const graces = phases(pair).map((phase) => [...phase, 'grace']);
  return [...holders.flatMap((holder) => placesIn(pair, holder)), ...graces]
    .filter((place) => at(pair, place) !== undefined)
    .filter((place) => !KEPT.has(String(place.at(-1))));
}

/** What has a name is also taken out of every list that names it, and what lies below it goes with it. */
export function withoutNamed(pair: Pair, places: readonly Place[]): Pair {
  const names = places.map((place) => place.at(-1)).filter((name) => typeof name === 'string');
  const isNamed = (value: unknown): boolean =>
    typeof value === 'string' && names.some((name) => value === name || value.startsWith(`${name}/`));
  const rest = withoutPlaces(pair, places);
  return {
    experiment: forget(rest.experiment, isNamed) as Document,
    environment: forget(rest.environment, isNamed) as Document,
  };
}

function forget(value: unknown, isNamed: (value: unknown) => boolean): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !isNamed(item) && !isAbout(item, isNamed))
      .map((item) => forget(item, isNamed));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !isNamed(key));
  return Object.fromEntries(entries.map(([key, field]) => [key, forget(field, isNamed)]));
}

/** An item of a list that has the name in one of its fields. */
function isAbout(item: unknown, isNamed: (value: unknown) => boolean): boolean {
  return isObject(item) && !Array.isArray(item) && Object.values(item).some(isNamed);
}
