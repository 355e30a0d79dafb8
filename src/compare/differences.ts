import type { Difference, FindingRow, MetricRow } from './comparison.ts';
import type { Group } from './groups.ts';
import { percent, quantity, ratioText } from './quantity.ts';
import { centreOf } from './statistics.ts';
import { DEFAULT_TOLERANCE } from './tolerance.ts';

interface Compared {
  reference: Group;
  others: readonly Group[];
  findings: readonly FindingRow[];
  metrics: readonly MetricRow[];
}

/** What got worse, in words: claims that failed, verdicts that turned, figures. */
export function namedRegressions({ reference, others, findings, metrics }: Compared): string[] {
  const failed = findings.filter((row) => row.outcome === 'fail' && row.appearedIn.length > 0);
  const named = new Set(failed.flatMap(({ appearedIn }) => appearedIn));
  return [
    ...failed.map((row) => `new in ${row.appearedIn.join(', ')}: ${row.claim}: ${row.statement}`),
    ...others.filter(({ info }) => !named.has(info.id)).flatMap((group) => turned(reference, group)),
    ...metrics.flatMap((row) =>
      row.differences
        .filter(({ regression }) => regression)
        .map((difference) => {
          const alone =
            difference.basis === 'tolerance'
              ? `: beyond ${percent(row.tolerance ?? 0)}, judged by that alone, ${runsWords(row, difference)}`
              : '';
          return `worse in ${difference.group}: ${row.label}, ${changeText(row, difference)}${alone}`;
        }),
    ),
  ];
}

/** A failure that belongs to no single claim, such as a known failure that no longer occurs. */
function turned(reference: Group, { info, runs }: Group): string[] {
  const { pass = 0, fail: before = 0 } = reference.info.verdicts;
  const { fail = 0 } = info.verdicts;
  if (pass === 0 || before > 0 || fail === 0) return [];
  return [`${info.id}: ${fail} of ${runs.length} failed, and none of the reference`];
}

/** Notable differences that are no regression: worse ones before better ones, the largest of each first. */
export function namedDifferences(metrics: readonly MetricRow[]): string[] {
  const found = metrics.flatMap((row) =>
    row.differences
      .filter(({ notable, regression }) => notable !== null && !regression)
      .map((difference) => ({ row, difference })),
  );
  const size = ({ difference: { ratio } }: (typeof found)[number]): number => Math.abs(Math.log(ratio ?? 1));
  const rank = ({ difference }: (typeof found)[number]): number => (difference.notable === 'worse' ? 0 : 1);
  return found
    .sort((a, b) => rank(a) - rank(b) || descending(size(a), size(b)))
    .map(({ row, difference }) => sentence(row, difference));
}

/** Infinity minus infinity is not a number. */
function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

function sentence(row: MetricRow, difference: Difference): string {
  const { group, notable } = difference;
  return `${notable ?? ''} in ${group}: ${row.label}, ${changeText(row, difference)}: ${judgedHow(row, difference)}`;
}

/** `×2.90 (900 ms → 2.61 s)`. */
function changeText(row: MetricRow, difference: Difference): string {
  const [from, to] = valuesOf(row, difference).map((value) => quantity(value, row.unit));
  return `${ratioText(difference.ratio)} (${from ?? ''} → ${to ?? ''})`;
}

function judgedHow(row: MetricRow, difference: Difference): string {
  const { call, basis, notable } = difference;
  const margin = percent(row.tolerance ?? DEFAULT_TOLERANCE);
  if (call === 'worse' || call === 'better') {
    if (notable === 'better') return 'beyond noise';
    return basis === null ? 'beyond noise; not judged without a tolerance' : `beyond noise, within ${margin}`;
  }
  const few = runsWords(row, difference);
  if (basis === null) return `beyond ${margin}, ${few}: not judged, as the noise is unknown`;
  return `beyond ${margin}, ${few}`;
}

/** `one run each`, `2 runs against 3`. */
function runsWords({ spreads }: MetricRow, { group }: Difference): string {
  const after = spreads[group]?.n ?? 0;
  const before = Object.values(spreads)[0]?.n ?? 0;
  return before === 1 && after === 1 ? 'one run each' : `${before} of the reference and ${after} of ${group}`;
}

function valuesOf({ spreads }: MetricRow, { group }: Difference): number[] {
  return [Object.values(spreads)[0], spreads[group]].map((spread) =>
    spread === undefined ? NaN : centreOf(spread),
  );
}
