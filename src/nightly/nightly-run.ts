import { cellsOf, outcomeOf } from '../matrix/cells.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { countWords, outcomeWords } from '../matrix/words.ts';
import type { ComparisonOutcome } from '../compare/comparison.ts';
import { needlessStandIns, spreadOfMetrics } from '../compare/figures.ts';
import { centreOf } from '../compare/statistics.ts';
import { metricsOf } from '../compare/metrics.ts';
import { leftOutLines } from '../report/left-out.ts';
import type { SavedRun } from '../report/schema.ts';
import { exitCodeOf, type Verdict } from '../verdict/verdict.ts';
import { comparedWords } from './comparison-words.ts';

/** The content of `night.json`: a nightly run, as needed by the page of all nightly runs and by the next comparison. */
export interface NightlyRun {
  schemaVersion: 1;
  /** The name of its folder. */
  name: string;
  startedAt: string;
  endedAt: string;
  /** The worst of its runs and of the comparison with the last good nightly run. */
  verdict: Verdict;
  exitCode: number;
  /** One sentence. */
  headline: string;
  counts: Partial<Record<Verdict, number>>;
  cells: NightlyCell[];
  /** Runs that there was no time for, or that were stopped: `cut on 2.12.15, run 2`. */
  notRun: string[];
  /** Experiments that cannot be carried out on that machine, each with the reason; left out: none. */
  leftOut?: string[];
  /** In words, each with its cell. */
  regressions: string[];
  /** Notifications that could not be sent, in words. */
  complaints: string[];
}

export interface NightlyCell {
  experiment: string;
  /** The name of the column in the grid. */
  column: string;
  /** The requested words, which stay the same while versions move on. */
  asked: string[];
  version?: string;
  verdict: Verdict | null;
  flaky: boolean;
  done: number;
  passed: number;
  /** Whether all its runs are there and passed: the next nightly runs are compared with it. */
  good: boolean;
  /** Figures of its honest runs, by their key. */
  figures: Record<string, NightlyFigure>;
  /**
   * The outcome of the comparison with its last good nightly run; left out of a nightly run that was closed without
   * one.
   */
  outcome?: ComparisonOutcome;
  /** Why it was not judged, in words. */
  notJudged?: string[];
  /** The nightly run that it was compared with; left out when there was none. */
  baseline?: string;
  /** The page of that comparison, relative to the folder of the nightly run. */
  comparison?: string;
  /** The page that compares the versions of its experiment, relative to the folder of the nightly run. */
  versions?: string;
}

/** The median of one figure, or the latency of all runs together; lower is better. */
export interface NightlyFigure {
  label: string;
  unit: 'ms' | 'ratio';
  value: number | 'never';
  /**
   * How many runs it is computed from, and the range that holds the true median; left out of nightly runs that saved
   * the median only.
   */
  n?: number;
  low?: number | 'never';
  high?: number | 'never';
  coverage?: number;
  /** The difference from the good nightly runs, when it is beyond noise. */
  beyondNoise?: 'worse' | 'better';
}

/** The outcome of the comparison of one cell. */
export interface CellComparison {
  experiment: string;
  column: string;
  outcome: ComparisonOutcome;
  /** The name of the nightly run; left out when there was none. */
  baseline?: string;
  /** The page, relative to the folder of the nightly run; left out when nothing could be compared. */
  comparison?: string;
  regressions: string[];
  /** Why it was not judged, in words. */
  notJudged: string[];
  /** Keys of figures that differ beyond noise. */
  beyondNoise?: Record<string, 'worse' | 'better'>;
}

/** A nightly run from its matrix, the reports of its runs by their folder, and its comparisons. */
export function nightlyRunOf(
  name: string,
  matrix: Matrix,
  reports: ReadonlyMap<string, SavedRun>,
  comparisons: readonly CellComparison[],
): NightlyRun {
  const outcome = outcomeOf(matrix);
  const regressions = comparisons.flatMap(({ experiment, column, regressions: found }) =>
    found.map((text) => `${cellPrefix(experiment, column)}${text}`),
  );
  const worse = regressions.length > 0 && (outcome.verdict === 'pass' || outcome.verdict === 'inconclusive');
  const verdict = worse ? 'fail' : outcome.verdict;
  const words = outcomeWords(matrix, outcome);
  return {
    schemaVersion: 1,
    name,
    startedAt: matrix.startedAt,
    endedAt: matrix.endedAt ?? matrix.startedAt,
    verdict,
    exitCode: exitCodeOf(verdict, matrix.interrupted),
    headline: regressions[0] === undefined ? words : `${words}; ${countOf(regressions)}: ${regressions[0]}`,
    counts: outcome.counts,
    cells: cellsIn(matrix, reports, comparisons),
    notRun: matrix.runs.flatMap(({ experiment, column, repeat, result }) =>
      result === undefined ? [`${experiment} on ${column}, run ${repeat}`] : [],
    ),
    ...(matrix.leftOut === undefined ? {} : { leftOut: leftOutLines(matrix.leftOut) }),
    regressions,
    complaints: [],
  };
}

function cellPrefix(experiment: string, column: string): string {
  return `${experiment} on ${column}: `;
}

/** The regressions of one cell, without its name. */
export function regressionsIn({ regressions }: NightlyRun, experiment: string, column: string): string[] {
  const prefix = cellPrefix(experiment, column);
  return regressions.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
}

function countOf(regressions: readonly string[]): string {
  return regressions.length === 1 ? 'a regression' : `${regressions.length} regressions, the first`;
}

function cellsIn(
  matrix: Matrix,
  reports: ReadonlyMap<string, SavedRun>,
  comparisons: readonly CellComparison[],
): NightlyCell[] {
  return cellsOf(matrix).map(({ experiment, column, runs, verdict, flaky, done, passed }) => {
    const against = comparisons.find((one) => one.experiment === experiment && one.column === column);
    const version = runs.find(({ result }) => result?.version !== undefined)?.result?.version;
    const versions = matrix.figures?.find((row) => row.experiment === experiment)?.comparison;
    const saved = runs.flatMap(({ result }) => reports.get(result?.folder ?? '') ?? []);
    return {
      experiment,
      column,
      asked: matrix.columns.find(({ name }) => name === column)?.asked ?? [],
      ...(version === undefined ? {} : { version }),
      verdict,
      flaky,
      done,
      passed,
      good: done > 0 && done === runs.length && passed === done,
      figures: figuresOf(saved, against?.beyondNoise),
      ...(against === undefined ? {} : comparisonFields(against)),
      ...(versions === undefined ? {} : { versions }),
    };
  });
}

function comparisonFields({
  outcome,
  notJudged,
  baseline,
  comparison,
}: CellComparison): Partial<NightlyCell> {
  return {
    outcome,
    ...(notJudged.length === 0 ? {} : { notJudged }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(comparison === undefined ? {} : { comparison }),
  };
}

/** A run that broke off has no meaningful figures. */
function figuresOf(
  runs: readonly SavedRun[],
  beyondNoise: CellComparison['beyondNoise'] = {},
): NightlyCell['figures'] {
  const honest = runs.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').map(metricsOf);
  const needless = needlessStandIns(honest);
  const all = honest.flat().filter(({ key, neverLost }) => neverLost !== true && !needless.has(key));
  const keys = [...new Set(all.map(({ key }) => key))];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const same = all.filter((metric) => metric.key === key);
      const [first] = same;
      const spread = spreadOfMetrics(same);
      if (first === undefined || spread === null) return [];
      const { n, low, high, coverage } = spread;
      const differs = beyondNoise[key];
      const figure: NightlyFigure = {
        label: first.label,
        unit: first.unit,
        value: kept(centreOf(spread)),
        n,
        low: kept(low),
        high: kept(high),
        coverage,
        ...(differs === undefined ? {} : { beyondNoise: differs }),
      };
      return [[key, figure]];
    }),
  );
}

/** JSON has no infinity; an event that never happened is `never`. */
function kept(value: number): number | 'never' {
  return Number.isFinite(value) ? value : 'never';
}

/** The message that is sent about a nightly run. */
export function nightlyMessage(nightlyRun: NightlyRun, folder: string): Record<string, unknown> {
  const { verdict, exitCode, headline, startedAt, endedAt, counts, regressions, notRun, leftOut, name } =
    nightlyRun;
  const cells = nightlyRun.cells
    .filter(({ good }) => !good)
    .map(({ experiment, column, verdict: seen, flaky, done, passed, baseline }) => ({
      experiment,
      nats: column,
      verdict: seen,
      flaky,
      passed,
      done,
      ...(baseline === undefined ? {} : { baseline }),
    }));
  return {
    // The one field of a webhook's body that chat systems show.
    text: `nats-chaos, nightly run ${name}: ${verdict} (${countWords(counts) || 'no runs'}). ${headline}`,
    program: 'nats-chaos',
    night: name,
    folder,
    verdict,
    exitCode,
    headline,
    startedAt,
    endedAt,
    counts,
    compared: comparedWords(nightlyRun),
    regressions,
    cells,
    notRun,
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}
