import { VERDICT_ORDER, type Verdict } from '../verdict/verdict.ts';
import type { Matrix, MatrixRun, RunResult } from './matrix.ts';

/** All repeats of one experiment on one version. */
export interface Cell {
  experiment: string;
  column: string;
  runs: MatrixRun[];
  /** How many have come to a verdict. */
  done: number;
  passed: number;
  /** The worst of them; null before the first. */
  verdict: RunResult['verdict'] | null;
  /** Whether the verdicts are mixed. */
  flaky: boolean;
  /** The share that passed, 0 to 1; null before the first. */
  passRate: number | null;
  counts: Partial<Record<Verdict, number>>;
  /** What was expected, where that is not simply a pass: `fail`, `either`, `none`. */
  expected: string[];
  /** How many runs saw what; the verdict differs where a failure was expected. */
  seen: Partial<Record<Verdict, number>>;
}

export function cellOf(matrix: Matrix, experiment: string, column: string): Cell {
  const runs = matrix.runs.filter((run) => run.experiment === experiment && run.column === column);
  const results = runs.flatMap(({ result }) => result ?? []);
  const counts = countsOf(results.map(({ verdict }) => verdict));
  const passed = counts.pass ?? 0;
  return {
    experiment,
    column,
    runs,
    done: results.length,
    passed,
    verdict: worst(results.map(({ verdict }) => verdict)),
    flaky: Object.keys(counts).length > 1,
    passRate: results.length === 0 ? null : passed / results.length,
    counts,
    expected: [...new Set(results.flatMap(({ expected }) => expected ?? []))].filter(
      (word) => word !== 'pass',
    ),
    seen: countsOf(results.flatMap(({ seen }) => seen ?? [])),
  };
}

/** Row by row. */
export function cellsOf(matrix: Matrix): Cell[] {
  return matrix.experiments.flatMap(({ name }) =>
    matrix.columns.map((column) => cellOf(matrix, name, column.name)),
  );
}

/** What all of it comes to. */
export interface Outcome {
  verdict: Verdict;
  done: number;
  missing: number;
  flaky: number;
  counts: Partial<Record<Verdict, number>>;
}

/**
 * By the table of exit codes, the worst run decides. A run that is missing proves nothing, so without it the whole is
 * inconclusive; and where an experiment expects nothing of a version, neither pass nor fail says anything.
 */
export function outcomeOf(matrix: Matrix): Outcome {
  const results = matrix.runs.flatMap(({ result }) => result ?? []);
  const cells = cellsOf(matrix);
  const decisive: Verdict[] = cells.map(countsFor);
  if (matrix.interrupted !== undefined) decisive.push('interrupted');
  return {
    verdict: worst(decisive) ?? 'pass',
    done: results.length,
    missing: matrix.runs.length - results.length,
    flaky: cells.filter(({ flaky }) => flaky).length,
    counts: countsOf(results.map(({ verdict }) => verdict)),
  };
}

/** What a cell adds to the outcome of all. */
export function countsFor({ runs, done }: Cell): Verdict {
  const results = runs.flatMap(({ result }) => result ?? []);
  const decisive: Verdict[] = results.filter(isClaimed).map(({ verdict }) => verdict);
  if (done < runs.length) decisive.push('inconclusive');
  return worst(decisive) ?? 'pass';
}

/** Whether a run's verdict speaks for or against the system. */
function isClaimed({ verdict, expected }: RunResult): boolean {
  return expected !== 'none' || verdict === 'error' || verdict === 'unclean';
}

export function worst<V extends Verdict>(verdicts: readonly V[]): V | null {
  const rank = (verdict: V): number => VERDICT_ORDER.indexOf(verdict);
  return verdicts.reduce<V | null>((a, b) => (a === null || rank(b) > rank(a) ? b : a), null);
}

function countsOf(verdicts: readonly Verdict[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const verdict of VERDICT_ORDER) {
    const n = verdicts.filter((one) => one === verdict).length;
    if (n > 0) counts[verdict] = n;
  }
  return counts;
}
