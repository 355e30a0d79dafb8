import { cellsOf, outcomeOf } from '../matrix/cells.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { countWords, outcomeWords } from '../matrix/words.ts';
import { medianOf } from '../compare/statistics.ts';
import { metricsOf } from '../compare/metrics.ts';
import type { SavedRun } from '../report/schema.ts';
import { exitCodeOf, type Verdict } from '../verdict/verdict.ts';

/** What `night.json` holds: a night, as the page of all nights and the next one's comparison need it. */
export interface Night {
  schemaVersion: 1;
  /** Of its folder. */
  name: string;
  startedAt: string;
  endedAt: string;
  /** The worst of its runs and of the comparison with the last good night. */
  verdict: Verdict;
  exitCode: number;
  /** One sentence. */
  headline: string;
  counts: Partial<Record<Verdict, number>>;
  cells: NightCell[];
  /** Runs that there was no time for, or that were stopped: `cut on 2.12.15, run 2`. */
  notRun: string[];
  /** In words, each with the cell that it is of. */
  regressions: string[];
  /** What could not be told to whoever should have been: in words. */
  complaints: string[];
}

export interface NightCell {
  experiment: string;
  /** As the column of the grid is called. */
  column: string;
  /** The words that it was asked for by, which stay while the versions move on. */
  asked: string[];
  version?: string;
  verdict: Verdict | null;
  flaky: boolean;
  done: number;
  passed: number;
  /** Whether all its runs are there and passed: the next nights are held against it. */
  good: boolean;
  /** Medians of the figures of its honest runs, by their key. */
  figures: Record<string, { label: string; unit: 'ms' | 'ratio'; value: number | 'never' }>;
  /** The night that it was held against; left out where there was none. */
  baseline?: string;
  /** The page of that comparison, relative to the night's folder. */
  comparison?: string;
}

/** What the comparison of one cell came to. */
export interface Held {
  experiment: string;
  column: string;
  baseline: string;
  comparison: string;
  regressions: string[];
}

/** A night out of its matrix, the reports of its runs by their folder, and its comparisons. */
export function nightOf(
  name: string,
  matrix: Matrix,
  reports: ReadonlyMap<string, SavedRun>,
  held: readonly Held[],
): Night {
  const outcome = outcomeOf(matrix);
  const regressions = held.flatMap(({ experiment, column, regressions: found }) =>
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
    cells: cellsIn(matrix, reports, held),
    notRun: matrix.runs.flatMap(({ experiment, column, repeat, result }) =>
      result === undefined ? [`${experiment} on ${column}, run ${repeat}`] : [],
    ),
    regressions,
    complaints: [],
  };
}

function cellPrefix(experiment: string, column: string): string {
  return `${experiment} on ${column}: `;
}

/** The regressions of one cell, without its name. */
export function regressionsIn({ regressions }: Night, experiment: string, column: string): string[] {
  const prefix = cellPrefix(experiment, column);
  return regressions.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
}

function countOf(regressions: readonly string[]): string {
  return regressions.length === 1 ? 'a regression' : `${regressions.length} regressions, the first`;
}

function cellsIn(matrix: Matrix, reports: ReadonlyMap<string, SavedRun>, held: readonly Held[]): NightCell[] {
  return cellsOf(matrix).map(({ experiment, column, runs, verdict, flaky, done, passed }) => {
    const against = held.find((one) => one.experiment === experiment && one.column === column);
    const version = runs.find(({ result }) => result?.version !== undefined)?.result?.version;
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
      good: done === runs.length && passed === done,
      figures: figuresOf(saved),
      ...(against === undefined ? {} : { baseline: against.baseline, comparison: against.comparison }),
    };
  });
}

/** A run that broke off has no figures that say anything. */
function figuresOf(runs: readonly SavedRun[]): NightCell['figures'] {
  const all = runs.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').flatMap(metricsOf);
  const keys = [...new Set(all.map(({ key }) => key))];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const same = all.filter((metric) => metric.key === key);
      const [first] = same;
      if (first === undefined) return [];
      const value = medianOf(same.map((metric) => metric.value).sort((a, b) => a - b));
      // JSON has no infinity; what never came says so.
      const kept = Number.isFinite(value) ? value : ('never' as const);
      return [[key, { label: first.label, unit: first.unit, value: kept }]];
    }),
  );
}

/** What a night tells of itself to whoever is to hear of it. */
export function nightMessage(night: Night, folder: string): Record<string, unknown> {
  const { verdict, exitCode, headline, startedAt, endedAt, counts, regressions, notRun, name } = night;
  const cells = night.cells
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
    // The one field that chat systems show of a webhook's body.
    text: `nats-chaos, night ${name}: ${verdict} (${countWords(counts) || 'no runs'}). ${headline}`,
    program: 'nats-chaos',
    night: name,
    folder,
    verdict,
    exitCode,
    headline,
    startedAt,
    endedAt,
    counts,
    regressions,
    cells,
    notRun,
  };
}
