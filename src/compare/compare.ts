import type { CompareOptions, Comparison, ExperimentComparison, NamedRun } from './comparison.ts';
import { namedDifferences, namedRegressions } from './differences.ts';
import { figureRows } from './figures.ts';
import { findingRows } from './findings.ts';
import { groupRuns, type Group } from './groups.ts';
import { judgementOf, isHonest, outcomeOf, worstOutcome } from './outcome.ts';
import { remediesOf } from './remedies.ts';

/**
 * Compares runs, experiment by experiment: the group of the baseline, or the first group, is the reference. When
 * nothing could be judged the outcome says so: it is never "no regression".
 */
export function compareRuns(runs: readonly NamedRun[], options: CompareOptions): Comparison {
  const { alpha, tolerance, baseline = [] } = options;
  const experiments = groupRuns(runs, options.baseline).map((groups) => compareGroups(groups, options));
  const compared = new Set(experiments.map(({ experiment }) => experiment));
  const names = new Set(baseline.map(({ saved }) => saved.experiment.name));
  return {
    schemaVersion: 1,
    outcome: worstOutcome(experiments.map(({ outcome }) => outcome)),
    test: testWords(alpha),
    alpha,
    ...(tolerance === undefined ? {} : { tolerance }),
    leftOut: [...names].filter((name) => !compared.has(name)),
    experiments,
  };
}

function testWords(alpha: number): string {
  return (
    'Mann–Whitney U over the runs of two groups: exact up to 40 runs together, ties included; ' +
    `a difference is called one when it would come by chance at most ${alpha * 100}% of the time. ` +
    'Better and worse: either direction counts; regression: worse alone does. A range holds the true median with the probability beside it.'
  );
}

function compareGroups(groups: readonly Group[], options: CompareOptions): ExperimentComparison {
  const [reference] = groups;
  if (reference === undefined) throw new RangeError('a comparison needs a group');
  // With a baseline that holds no run of this experiment, there is no reference.
  const others = reference.info.baseline ? groups.slice(1) : [];
  const metrics = figureRows(groups, others.length > 0, options);
  const findings = findingRows(groups, others.length > 0 && reference.runs.some(isHonest));
  const newest = groups.at(-1)?.runs.at(-1)?.saved ?? reference.runs[0]?.saved;
  const regressions = namedRegressions({ reference, others, findings, metrics });
  const { judged, notJudged } = judgementOf(reference, others, metrics);
  return {
    experiment: newest?.experiment.name ?? '',
    title: newest?.experiment.title ?? '',
    file: newest?.experiment.file ?? '',
    groups: groups.map(({ info }) => info),
    findings,
    metrics,
    outcome: outcomeOf(regressions, notJudged),
    judged,
    regressions,
    differences: namedDifferences(metrics),
    notJudged,
    remedies: notJudged.length === 0 ? [] : remediesOf({ groups, others, metrics }, options),
  };
}
