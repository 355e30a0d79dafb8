import { at, isObject, placesIn, withoutPlaces, type Document, type Pair, type Place } from './pair.ts';
import { assets, clusters, inPhases, phases, workloads } from './places.ts';

/** Things of one kind that may be left out. */
export interface Parts {
  /** What they are, in words. */
  what: string;
  of: (pair: Pair) => Place[];
  /** Left out: they are taken away, and nothing else changes. */
  without?: (pair: Pair, places: readonly Place[]) => Pair;
}

/** In the order in which they are tried: what decides most about the length of a run and of the file comes first. */
export const PARTS: readonly Parts[] = [
  { what: 'claims', of: claims },
  { what: 'faults and actions', of: eachStrike, without: withoutStrikes },
  { what: 'phases', of: phases },
  { what: 'workloads', of: workloads, without: withoutNamed },
  { what: 'streams, consumers and buckets', of: assets, without: withoutNamed },
  { what: 'services, links and clusters', of: surroundings, without: withoutNamed },
  { what: 'settings', of: settings },
];

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
]);

/** What has a default. */
function settings(pair: Pair): Place[] {
  const holders = [['experiment'], ...workloads(pair), ...assets(pair), ...clusters(pair)];
  return holders
    .flatMap((holder) => placesIn(pair, holder))
    .filter((place) => !KEPT.has(String(place.at(-1))));
}

/** What has a name is also taken out of every list that names it, and what lies below it goes with it. */
function withoutNamed(pair: Pair, places: readonly Place[]): Pair {
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
