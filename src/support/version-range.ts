import { compareVersions } from './versions.ts';

/**
 * Versions from `from` up to, not including, `to`. A point is a version, or the place just after it. Left out: no bound.
 */
export interface VersionRange {
  from?: Point;
  to?: Point;
}

interface Point {
  version: string;
  /** Just after the version: `>2.12.3` begins, and `<=2.12.3` ends there. */
  behind: boolean;
}

/** The form of a key in a map from versions; `parseRange` reads it. */
export const RANGE_PATTERN = (() => {
  const number = '(0|[1-9][0-9]*)';
  const version = `v?${number}(\\.${number}(\\.${number}(-[0-9A-Za-z][0-9A-Za-z.-]*)?)?)?`;
  return `^(${version}|(<|<=|>|>=)${version}( +(<|<=|>|>=)${version})*)$`;
})();

/**
 * Reads `2.12.3`, `2.12` (all of that series), `<2.10.23`, or bounds that must all hold: `>=2.10.23 <2.12`. In a bound,
 * a series stands for all its versions: `>2.12` begins with 2.13. A pre-release belongs to the series that it leads to.
 *
 * @returns undefined when the text is no range
 */
export function parseRange(text: string): VersionRange | undefined {
  if (!new RegExp(RANGE_PATTERN).test(text)) return undefined;
  return text.split(/ +/).map(boundOf).reduce(intersection);
}

/** Whether no version can be in it: `>2.12 <2.10`. */
export function isEmptyRange({ from, to }: VersionRange): boolean {
  return from !== undefined && to !== undefined && comparePoints(from, to) >= 0;
}

export function rangesOverlap(a: VersionRange, b: VersionRange): boolean {
  return !isEmptyRange(intersection(a, b));
}

/** @param version a full one, such as `2.12.3` or `2.12.0-RC.1` */
export function inRange(version: string, range: VersionRange): boolean {
  const point = { version, behind: false };
  if (range.from !== undefined && comparePoints(point, range.from) < 0) return false;
  return range.to === undefined || comparePoints(point, range.to) < 0;
}

function boundOf(text: string): VersionRange {
  const [, comparator = '', named = ''] = /^([<>]=?)?v?(.*)$/.exec(text) ?? [];
  const { first, end } = spanOf(named);
  switch (comparator) {
    case '<':
      return { to: first };
    case '<=':
      return { to: end };
    case '>':
      return { from: end };
    case '>=':
      return { from: first };
    default:
      return { from: first, to: end };
  }
}

/** The first and the end of the versions that a full version or a series stands for. */
function spanOf(named: string): { first: Point; end: Point } {
  const numbers = named.split('.');
  if (numbers.length >= 3) {
    return { first: { version: named, behind: false }, end: { version: named, behind: true } };
  }
  const next = [...numbers.slice(0, -1), String(Number(numbers.at(-1)) + 1)];
  return { first: lowestOf(numbers), end: lowestOf(next) };
}

/** Before every release and pre-release of a series. */
function lowestOf([major = '0', minor = '0']: readonly string[]): Point {
  return { version: `${major}.${minor}.0-0`, behind: false };
}

function intersection(a: VersionRange, b: VersionRange): VersionRange {
  const from = [a.from, b.from].filter((point) => point !== undefined).sort(comparePoints);
  const to = [a.to, b.to].filter((point) => point !== undefined).sort(comparePoints);
  const [first] = to;
  const last = from.at(-1);
  return { ...(last ? { from: last } : {}), ...(first ? { to: first } : {}) };
}

function comparePoints(a: Point, b: Point): number {
  return compareVersions(a.version, b.version) || Number(a.behind) - Number(b.behind);
}
