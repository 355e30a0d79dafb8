/** `2.12.3` out of `v2.12.3`; undefined when the text is no full version. Pre-releases keep their suffix. */
export function parseVersion(text: string): string | undefined {
  return VERSION.exec(text.trim())?.[1];
}

/** `2.10` out of `v2.10`, `2` out of `2`; undefined when the text is no series. */
export function parseSeries(text: string): string | undefined {
  return SERIES.exec(text.trim())?.[1];
}

/** Orders as semantic versioning does: below 0 when `a` is older; a pre-release is older than its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === '' || right.pre === '') return (left.pre === '' ? 1 : 0) - (right.pre === '' ? 1 : 0);
  return comparePre(left.pre.split('.'), right.pre.split('.'));
}

export function isPrerelease(version: string): boolean {
  return split(version).pre !== '';
}

/** Whether a released version belongs to a series: `2.10.29` to `2.10` and to `2`. */
export function inSeries(version: string, series: string): boolean {
  return !isPrerelease(version) && `${version}.`.startsWith(`${series}.`);
}

/** The newest of them; undefined when there are none. */
export function highest(versions: readonly string[]): string | undefined {
  return [...versions].sort(compareVersions).at(-1);
}

/** What is written after a version to have the server's own assertions compiled in. */
export const ASSERTIONS = '+assertions';

/** `2.12.15` out of `2.12.15+assertions`, and whether that was written. */
export function splitAssertions(wanted: string): { version: string; assertions: boolean } {
  const text = wanted.trim();
  const assertions = text.endsWith(ASSERTIONS);
  return { version: assertions ? text.slice(0, -ASSERTIONS.length) : text, assertions };
}

const VERSION = /^v?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?)$/;
const SERIES = /^v?((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))?)$/;

function split(version: string): { numbers: number[]; pre: string } {
  const dash = version.indexOf('-');
  const core = dash < 0 ? version : version.slice(0, dash);
  return { numbers: core.split('.').map(Number), pre: dash < 0 ? '' : version.slice(dash + 1) };
}

function comparePre(left: string[], right: string[]): number {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a, b] = [left[i], right[i]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === b) continue;
    const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (numericA && numericB) return Number(a) - Number(b);
    if (numericA !== numericB) return numericA ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
