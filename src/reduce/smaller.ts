import { exactDuration, formatSize, UNITS, type UnitName } from '../support/units.ts';
import { at, placesIn, withValue, type Pair, type Place } from './pair.ts';
import { assets, clusters, phases, strikes, workloads } from './places.ts';

/** Ways to make what remains smaller, without leaving anything out. */
export interface Smaller {
  /** What becomes smaller, in words. */
  what: string;
  /** Smaller pairs, the smallest first. */
  of: (pair: Pair) => Pair[];
}

/** In the order in which they are tried. */
export const SMALLER: readonly Smaller[] = [
  { what: 'targets', of: fewerTargets },
  { what: 'nodes and replicas', of: fewerNodes },
  { what: 'times', of: (pair) => lessOf(pair, times(pair), shorter) },
  { what: 'load', of: (pair) => lessOf(pair, loads(pair), lighter) },
];

/** With each of a choice. */
function everyStrike(pair: Pair): Place[] {
  return strikes(pair).flatMap((one) => [one, ...placesIn(pair, [...one, 'of'])]);
}

/** One of several targets, and any one in place of many. */
function fewerTargets(pair: Pair): Pair[] {
  return everyStrike(pair)
    .flatMap((strike) => placesIn(pair, strike))
    .filter((place) => place.at(-1) !== 'of')
    .flatMap((place) => [place, ...placesIn(pair, place)])
    .flatMap((place): Pair[] => {
      const value = at(pair, place);
      if (Array.isArray(value) && value.length > 1 && place.at(-1) !== 'between')
        return value.map((one: unknown) => withValue(pair, place, one));
      if (typeof value !== 'string') return [];
      const many = /^(.+)@(all|majority|minority|\d+%)$/.exec(value);
      return many === null ? [] : [withValue(pair, place, `${many[1] ?? ''}@any`)];
    });
}

/** Clusters of three or five, and streams of three replicas; a cluster of one would fail for reasons of its own. */
function fewerNodes(pair: Pair): Pair[] {
  const fewer = clusters(pair).flatMap((cluster) => {
    const place = [...cluster, 'nodes'];
    const nodes: unknown = at(pair, place);
    if (!Array.isArray(nodes)) return [];
    return [3, 5].filter((n) => n < nodes.length).map((n) => withValue(pair, place, nodes.slice(0, n)));
  });
  const replicas = assets(pair).flatMap((asset) => {
    const place = [...asset, 'replicas'];
    const now = at(pair, place);
    return typeof now === 'number' && now > 3 ? [withValue(pair, place, 3)] : [];
  });
  return [...fewer, ...replicas];
}

function times(pair: Pair): Place[] {
  const own = phases(pair).map((phase) => [...phase, 'for']);
  const fields = everyStrike(pair).flatMap((strike) => placesIn(pair, strike));
  return [...own, ...fields].filter((place) => isQuantity(at(pair, place), 'duration'));
}

const LOADS = new Set(['count', 'rate', 'size', 'members', 'clients', 'keys', 'inFlight', 'batch']);

function loads(pair: Pair): Place[] {
  return workloads(pair)
    .flatMap((workload) => placesIn(pair, workload))
    .filter((place) => LOADS.has(String(place.at(-1))));
}

/** All of them at once, and then each. */
function lessOf(pair: Pair, places: readonly Place[], less: (value: unknown) => unknown): Pair[] {
  const changes = places.flatMap((place) => {
    const value = less(at(pair, place));
    return value === undefined ? [] : [{ place, value }];
  });
  const each = changes.map(({ place, value }) => withValue(pair, place, value));
  if (changes.length < 2) return each;
  return [changes.reduce((sofar, { place, value }) => withValue(sofar, place, value), pair), ...each];
}

const SHORTEST_MS = 100;

function shorter(value: unknown): unknown {
  if (!isQuantity(value, 'duration')) return undefined;
  const ms = UNITS.duration.parse(value);
  const less = round(ms / 2);
  return less < SHORTEST_MS || less >= ms ? undefined : exactDuration(less);
}

const FEWEST = 10;

function lighter(value: unknown): unknown {
  if (typeof value === 'number') {
    const less = round(value / 2);
    return Number.isInteger(less) && less >= 1 && less < value ? less : undefined;
  }
  if (isQuantity(value, 'rate')) {
    const less = round(UNITS.rate.parse(value) / 2);
    return less < FEWEST ? undefined : `${less}/s`;
  }
  if (!isQuantity(value, 'size')) return undefined;
  const less = round(UNITS.size.parse(value) / 2);
  return less < FEWEST ? undefined : formatSize(less);
}

function isQuantity(value: unknown, unit: UnitName): value is string {
  return typeof value === 'string' && new RegExp(UNITS[unit].pattern, 'u').test(value);
}

/** To the next smaller number that is 1, 2 or 5 times a power of ten. */
function round(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [5, 2, 1].find((one) => one * power <= value * (1 + 1e-9)) ?? 1;
  return Number((digit * power).toPrecision(3));
}
