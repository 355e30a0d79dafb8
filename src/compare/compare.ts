import type {
  Call,
  CompareOptions,
  Comparison,
  Difference,
  ExperimentComparison,
  MetricRow,
  NamedRun,
} from './comparison.ts';
import { findingRows } from './findings.ts';
import { groupRuns, type Group } from './groups.ts';
import type { Metric } from './metrics.ts';
import { rankTest, spreadOf } from './statistics.ts';

/** Holds runs against one another, experiment by experiment: the group of the baseline, or the first, is the reference. */
export function compareRuns(runs: readonly NamedRun[], options: CompareOptions): Comparison {
  const { alpha } = options;
  return {
    schemaVersion: 1,
    test:
      'Mann–Whitney U over the runs of two groups: exact up to 40 runs together, ties included; ' +
      `a difference is called one when it would come by chance at most ${alpha * 100}% of the time. ` +
      'Better and worse: either direction counts; regression: worse alone does. A range holds the true median with the probability beside it.',
    alpha,
    experiments: groupRuns(runs, options.baseline ?? []).map((groups) => compareGroups(groups, options)),
  };
}

function compareGroups(groups: readonly Group[], options: CompareOptions): ExperimentComparison {
  const [reference, ...others] = groups;
  if (reference === undefined) throw new RangeError('a comparison needs a group');
  const metrics = metricRows(reference, others, options);
  const findings = findingRows(reference, others);
  const newest = groups.at(-1)?.runs.at(-1)?.saved ?? reference.runs[0]?.saved;
  return {
    experiment: newest?.experiment.name ?? '',
    title: newest?.experiment.title ?? '',
    groups: groups.map(({ info }) => info),
    findings,
    metrics,
    regressions: [
      ...findings
        .filter((row) => row.outcome === 'fail' && row.appearedIn.length > 0)
        .map((row) => `new in ${row.appearedIn.join(', ')}: ${row.claim}: ${row.statement}`),
      ...metrics.flatMap((row) =>
        row.differences
          .filter((difference) => difference.regression)
          .map(({ group, ratio }) => `worse in ${group}: ${row.label}, ${ratioText(ratio)}`),
      ),
    ],
    untold: [
      ...groups
        .filter((group) => !group.runs.some(isHonest))
        .map(({ info }) => `${info.id}: no run with an honest verdict`),
      ...(others.length === 0 ? ['there is nothing to hold these runs against'] : []),
    ],
  };
}

/** Where a run broke off or proved nothing, the absence of a finding says nothing. */
function isHonest({ saved }: NamedRun): boolean {
  return saved.verdict === 'pass' || saved.verdict === 'fail';
}

export function ratioText(ratio: number | null): string {
  if (ratio === null) return '–';
  return Number.isFinite(ratio) ? `×${ratio.toFixed(2)}` : '×∞';
}

function metricRows(reference: Group, others: readonly Group[], options: CompareOptions): MetricRow[] {
  const groups = [reference, ...others].map(({ info, runs }) => ({
    id: info.id,
    // A run that broke off has no figures that could be held against anything.
    metrics: runs.filter(isHonest).flatMap((run) => run.metrics),
  }));
  const known = new Map<string, Metric>();
  for (const { metrics } of groups) for (const metric of metrics) known.set(metric.key, metric);
  return [...known.values()].map(({ key, group: kind, label, unit, tolerance: stated }) => {
    const values = groups.map(({ id, metrics }) => ({
      id,
      values: metrics.filter((metric) => metric.key === key).map(({ value }) => value),
    }));
    const tolerance = stated ?? options.tolerance;
    const base = values[0]?.values ?? [];
    return {
      key,
      kind,
      label,
      unit,
      ...(tolerance === undefined ? {} : { tolerance }),
      spreads: Object.fromEntries(
        values
          .filter((one) => one.values.length > 0)
          .map((one) => [one.id, { ...spreadOf(one.values), values: one.values }]),
      ),
      differences: values.slice(1).map((one) => ({
        group: one.id,
        ...differenceOf(base, one.values, options.alpha, tolerance),
      })),
    };
  });
}

function differenceOf(
  base: readonly number[],
  values: readonly number[],
  alpha: number,
  tolerance: number | undefined,
): Omit<Difference, 'group'> {
  if (base.length === 0 || values.length === 0) {
    return { ratio: null, p: null, call: 'missing', regression: false };
  }
  const ratio = ratioOf(spreadOf(base).median, spreadOf(values).median);
  if (base.length < 2 || values.length < 2) return { ratio, p: null, call: 'seen-once', regression: false };
  const test = rankTest(base, values);
  const beyond = tolerance !== undefined && ratio !== null && ratio > 1 + tolerance;
  const regression = beyond && test.larger <= alpha;
  return { ratio, p: test.twoSided, call: callOf(test, alpha), regression };
}

function callOf({ twoSided, larger, smallest }: ReturnType<typeof rankTest>, alpha: number): Call {
  if (twoSided <= alpha) return larger <= alpha ? 'worse' : 'better';
  return smallest > alpha ? 'too-few' : 'alike';
}

function ratioOf(base: number, value: number): number | null {
  if (base === value) return 1;
  if (base === Infinity) return 0;
  return base === 0 ? Infinity : value / base;
}
