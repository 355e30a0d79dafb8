import type { Basis, Call, CompareOptions, Difference, MetricRow } from './comparison.ts';
import type { Group } from './groups.ts';
import { mergedFigure } from './latencies.ts';
import type { Metric } from './metrics.ts';
import { isHonest } from './outcome.ts';
import { centreOf, rankTest, spreadOf, type RankTest, type Spread } from './statistics.ts';
import { DEFAULT_TOLERANCE, floorOf, toleranceOf } from './tolerance.ts';

/**
 * Every figure of the groups.
 *
 * @param isHeld whether the first group is the reference of the others; without a reference nothing is compared
 */
export function figureRows(
  groups: readonly Group[],
  hasReference: boolean,
  options: CompareOptions,
): MetricRow[] {
  const needless = needlessStandIns(groups.flatMap(({ runs }) => runs.map(({ metrics }) => metrics)));
  const figures = groups.map(({ info, runs }) => ({
    id: info.id,
    // The figures of an interrupted run cannot be compared; and an absence of loss may be the very reason why
    // it is inconclusive, so it is no figure.
    metrics: runs
      .flatMap((run) =>
        isHonest(run) ? run.metrics : run.metrics.filter(({ neverLost }) => neverLost === true),
      )
      .filter(({ key }) => !needless.has(key)),
  }));
  const known = new Map<string, Metric>();
  for (const { metrics } of figures) for (const metric of metrics) known.set(metric.key, metric);
  return [...known.values()].map((metric) => {
    const { key, group: kind, label, unit } = metric;
    const values = figures.map(({ id, metrics }) => {
      const own = metrics.filter((one) => one.key === key);
      const measured = own.filter((one) => one.neverLost !== true);
      return {
        id,
        values: measured.map(({ value }) => value),
        spread: spreadOfMetrics(measured),
        neverLost: own.length - measured.length,
      };
    });
    const neverLost = values.filter((one) => one.neverLost > 0).map((one) => [one.id, one.neverLost]);
    const tolerance = toleranceOf(metric, options);
    const [base, ...others] = values;
    return {
      key,
      kind,
      label,
      unit,
      ...(tolerance === null ? {} : { tolerance: tolerance.ratio }),
      stated: tolerance?.stated ?? false,
      spreads: Object.fromEntries(
        values.flatMap((one) =>
          one.spread === null ? [] : [[one.id, { ...one.spread, values: one.values }]],
        ),
      ),
      ...(neverLost.length === 0
        ? {}
        : { neverLost: Object.fromEntries(neverLost) as Record<string, number> }),
      differences: (hasReference ? others : []).map((one) => ({
        group: one.id,
        ...differenceOf(base ?? NO_FIGURE, one, { metric, tolerance, options }),
      })),
    };
  });
}

/** A median of the runs; of latencies the figure of all runs together. Null without a run. */
export function spreadOfMetrics(metrics: readonly Metric[]): Spread | null {
  if (metrics.length === 0) return null;
  const spread = spreadOf(metrics.map(({ value }) => value));
  const sources = metrics.flatMap(({ source }) => source ?? []);
  const merged = sources.length === metrics.length ? mergedFigure(sources) : null;
  return merged === null ? spread : { ...spread, merged };
}

/** Keys of figures that stand in for another one, which every run has itself. */
export function needlessStandIns(runs: readonly (readonly Metric[])[]): Set<string> {
  const standIns = runs.flat().filter(({ insteadOf }) => insteadOf !== undefined);
  const needed = new Set(
    runs.flatMap((metrics) => {
      const own = new Set(metrics.map(({ key }) => key));
      return metrics.flatMap(({ key, insteadOf }) => (own.has(insteadOf ?? '') ? [] : [key]));
    }),
  );
  return new Set(standIns.map(({ key }) => key).filter((key) => !needed.has(key)));
}

interface Figures {
  values: readonly number[];
  spread: Spread | null;
}

const NO_FIGURE: Figures = { values: [], spread: null };

interface Rule {
  metric: Metric;
  tolerance: ReturnType<typeof toleranceOf>;
  options: CompareOptions;
}

function differenceOf(before: Figures, after: Figures, rule: Rule): Omit<Difference, 'group'> {
  const [base, values] = [before.values, after.values];
  const nothing = {
    ratio: null,
    p: null,
    enough: false,
    basis: null,
    regression: false,
    notable: null,
  } as const;
  if (before.spread === null || after.spread === null) return { ...nothing, call: 'missing' };
  const { tolerance, options } = rule;
  const [from, to] = [centreOf(before.spread), centreOf(after.spread)];
  const test = base.length < 2 || values.length < 2 ? null : rankTest(base, values);
  // In groups this small even the largest difference could be chance, one-sided too.
  const enough = test !== null && test.smallest / 2 <= options.alpha;
  const basis = basisOf(enough, rule);
  const floor = enough && tolerance?.stated === true ? 0 : floorOf(rule.metric);
  const margin = tolerance?.ratio ?? DEFAULT_TOLERANCE;
  const isWorse = exceeds(from, to, margin, floor);
  const call = test === null ? 'seen-once' : callOf(test, options.alpha);
  return {
    ratio: ratioOf(from, to),
    p: test?.twoSided ?? null,
    call,
    enough,
    basis,
    regression: basis !== null && isWorse && (!enough || test.larger <= options.alpha),
    notable: notableOf(call, enough && test.twoSided / 2 > options.alpha, {
      worse: isWorse,
      better: exceeds(to, from, margin, floor),
    }),
  };
}

function basisOf(enough: boolean, { tolerance, options }: Rule): Basis | null {
  if (tolerance === null) return null;
  if (enough) return 'repeats';
  return options.judgeWithoutRepeats === true ? 'tolerance' : null;
}

/** Whether a figure has become larger by more than a ratio, and by more than the floor. */
function exceeds(from: number, to: number, margin: number, floor: number): boolean {
  return ratioOf(from, to) > 1 + margin && to - from > floor;
}

/** @param isNoise whether there are repeats, and they vary by as much themselves */
function notableOf(
  call: Call,
  isNoise: boolean,
  beyond: { worse: boolean; better: boolean },
): Difference['notable'] {
  if (call === 'worse' || call === 'better') return call;
  if (isNoise) return null;
  if (beyond.worse) return 'worse';
  return beyond.better ? 'better' : null;
}

function callOf({ twoSided, larger, smallest }: RankTest, alpha: number): Call {
  if (twoSided <= alpha) return larger <= alpha ? 'worse' : 'better';
  return smallest > alpha ? 'too-few' : 'alike';
}

function ratioOf(base: number, value: number): number {
  if (base === value) return 1;
  if (base === Infinity) return 0;
  return base === 0 ? Infinity : value / base;
}
