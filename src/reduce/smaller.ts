import { exactDuration, UNITS, type UnitName } from '../support/units.ts';
import { at, isObject, placesIn, withValue, type Pair, type Place } from './pair.ts';
import { assets, clusters, everyStrike, phases, workloads } from './places.ts';

/** Ways to make what remains smaller, without leaving anything out. */
export interface Smaller {
  /** What becomes smaller, in words. */
  what: string;
  /** For each thing that may become smaller: smaller pairs, the smallest first. The things stay the same, and in their order. */
  smaller: (pair: Pair) => Pair[][];
}

export const TARGETS: Smaller = { what: 'targets', smaller: fewerTargets };
export const NODES: Smaller = { what: 'nodes and replicas', smaller: fewerNodes };
export const TIMES: Smaller = { what: 'times', smaller: shorterTimes };
export const WAITING: Smaller = { what: 'how long the steady state is waited for', smaller: lessWaiting };
export const LOAD: Smaller = { what: 'load', smaller: (pair) => lessOf(pair, loads(pair), lighter) };

/** One of several targets, and any one in place of many. */
function fewerTargets(pair: Pair): Pair[][] {
  return everyStrike(pair).map((strike) =>
    placesIn(pair, strike)
      .filter((place) => place.at(-1) !== 'of')
      .flatMap((place) => [place, ...placesIn(pair, place)])
      .flatMap((place) => fewerAt(pair, place)),
  );
}

function fewerAt(pair: Pair, place: Place): Pair[] {
  const value = at(pair, place);
  if (Array.isArray(value) && value.length > 1 && place.at(-1) !== 'between')
    return value.map((one: unknown) => withValue(pair, place, one));
  if (typeof value !== 'string') return [];
  const many = /^(.+)@(all|majority|minority|\d+%)$/.exec(value);
  return many === null ? [] : [withValue(pair, place, `${many[1] ?? ''}@any`)];
}

/** Long enough for a steady state that is there before the method, on a slow machine too. */
const WAITED = '5s';

/** Conditions of the steady state that need not come back for a failure of another kind are not waited for so long. */
function lessWaiting(pair: Pair): Pair[][] {
  const longer = placesIn(pair, ['experiment', 'steadyState'])
    .filter((place) => isObject(at(pair, place)))
    .map((place) => [...place, 'within'])
    .filter((place) => {
      const within = at(pair, place);
      if (within === undefined) return true;
      return isQuantity(within, 'duration') && UNITS.duration.parse(within) > UNITS.duration.parse(WAITED);
    });
  const less = longer.reduce((one, place) => withValue(one, place, WAITED), pair);
  return [longer.length === 0 ? [] : [less]];
}

/**
 * Clusters of three or five, or of one where no stream has replicas; a cluster of one would fail for reasons of its own
 * otherwise. And streams of three replicas.
 */
function fewerNodes(pair: Pair): Pair[][] {
  const isReplicated = assets(pair).some((asset) => Number(at(pair, [...asset, 'replicas']) ?? 1) > 1);
  const sizes = isReplicated ? [3, 5] : [1, 3, 5];
  const named = JSON.stringify(pair.experiment);
  const fewer = clusters(pair).map((cluster) => {
    const place = [...cluster, 'nodes'];
    const found: unknown = at(pair, place);
    if (!Array.isArray(found)) return [];
    const nodes = found as unknown[];
    const isNamed = (node: unknown): boolean => named.includes(`${String(cluster.at(-1))}/${String(node)}"`);
    const first = [...nodes.filter(isNamed), ...nodes.filter((node) => !isNamed(node))];
    return sizes
      .filter((n) => n < nodes.length)
      .map((n) =>
        withValue(
          pair,
          place,
          nodes.filter((node) => first.indexOf(node) < n),
        ),
      );
  });
  const replicas = assets(pair).map((asset) => {
    const place = [...asset, 'replicas'];
    const now = at(pair, place);
    return typeof now === 'number' && now > 3 ? [withValue(pair, place, 3)] : [];
  });
  return [...fewer, ...replicas];
}

/** What begins late in a phase has to become shorter by more than the phase does, or it would never begin. */
function shorterTimes(pair: Pair): Pair[][] {
  const [[all] = [], ...each] = lessOf(pair, times(pair), shorter);
  if (all === undefined) return [[], ...each];
  const own = phases(pair).map((phase) => [...phase, 'for']);
  const roomy = own.reduce(
    (one, place) => withValue(one, place, shorter(at(pair, place)).at(-1) ?? at(pair, place)),
    all,
  );
  return [JSON.stringify(roomy) === JSON.stringify(all) ? [all] : [all, roomy], ...each];
}

function times(pair: Pair): Place[] {
  const own = phases(pair).map((phase) => [...phase, 'for']);
  // How long an action may take at most is no time of it; it has a default.
  const fields = everyStrike(pair)
    .flatMap((strike) => placesIn(pair, strike))
    .filter((place) => place.at(-1) !== 'within');
  return [...own, ...fields].filter((place) => isQuantity(at(pair, place), 'duration'));
}

const LOADS = new Set([
  ...['count', 'rate', 'size', 'sizes', 'batch'],
  ...['publishers', 'clients', 'members', 'connections', 'consumers', 'maxInFlight'],
]);

function loads(pair: Pair): Place[] {
  return workloads(pair)
    .flatMap((workload) => placesIn(pair, workload))
    .filter((place) => LOADS.has(String(place.at(-1))));
}

/** All of them at once, and then each. @param less smaller values, the smallest first */
function lessOf(pair: Pair, places: readonly Place[], less: (value: unknown) => unknown[]): Pair[][] {
  const changes = places.map((place) => ({ place, values: less(at(pair, place)) }));
  const possible = changes.filter(({ values }) => values.length > 0);
  const all = possible.reduce((sofar, { place, values }) => withValue(sofar, place, values[0]), pair);
  return [
    possible.length < 2 ? [] : [all],
    ...changes.map(({ place, values }) => values.map((value) => withValue(pair, place, value))),
  ];
}

const SHORTEST_MS = 100;

function shorter(value: unknown): unknown[] {
  if (!isQuantity(value, 'duration')) return [];
  return smallerNumbers(UNITS.duration.parse(value), SHORTEST_MS).map(exactDuration);
}

const FEWEST = 10;

function lighter(value: unknown): unknown[] {
  if (typeof value === 'number') return smallerNumbers(value, 1);
  if (isQuantity(value, 'rate')) return smallerNumbers(UNITS.rate.parse(value), FEWEST).map((n) => `${n}/s`);
  if (!isQuantity(value, 'size')) return [];
  return smallerNumbers(UNITS.size.parse(value), FEWEST).map((n) => `${n}B`);
}

function isQuantity(value: unknown, unit: UnitName): value is string {
  return typeof value === 'string' && new RegExp(UNITS[unit].pattern, 'u').test(value);
}

/** About half of a number, and rounder ones, the smallest first: 3,718 → 1,000, 2,000, 3,000. */
function smallerNumbers(value: number, least: number): number[] {
  const rounder = [round(value / 2), round(value), toOneDigit(value)];
  return [...new Set(rounder)].filter((n) => n >= least && n < value && Number.isInteger(n));
}

/** To the next smaller number that is 1, 2 or 5 times a power of ten. */
function round(value: number): number {
  const power = powerOf(value);
  const digit = [5, 2, 1].find((one) => one * power <= value * (1 + 1e-9)) ?? 1;
  return Number((digit * power).toPrecision(3));
}

function toOneDigit(value: number): number {
  const power = powerOf(value);
  return Number((Math.floor(value / power) * power).toPrecision(3));
}

function powerOf(value: number): number {
  return 10 ** Math.floor(Math.log10(value));
}
