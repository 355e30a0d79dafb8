import { VERDICT_ORDER, type Verdict } from '../verdict/verdict.ts';
import type { Matrix, MatrixRun, RunResult } from './matrix.ts';

/** All repeats of one experiment on one version. */
export interface Cell {
  experiment: string;
  column: string;
  runs: MatrixRun[];
  /** How many runs have a verdict. */
  done: number;
  passed: number;
  /** The worst verdict; null before the first. */
  verdict: RunResult['verdict'] | null;
  /** Whether the verdicts are mixed. */
  flaky: boolean;
  /** The share that passed, 0 to 1; null before the first. */
  passRate: number | null;
  counts: Partial<Record<Verdict, number>>;
  /** The expectation, when it is not simply a pass: `fail`, `either`, `none`. */
  expected: string[];
  /** How many runs observed each outcome; the verdict differs from it where a failure was expected. */
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

/** The outcome of the whole matrix. */
export interface Outcome {
  verdict: Verdict;
  done: number;
  missing: number;
  flaky: number;
  /** Cells that say something for or against the system. */
  judged: number;
  /** Experiments that could not be carried out here. */
  leftOut: number;
  counts: Partial<Record<Verdict, number>>;
}

/**
 * By the table of exit codes, the worst run decides. A missing run proves nothing, so it makes the whole inconclusive;
 * so does a matrix whose experiments were all left out. Where an experiment expects nothing of a version, neither pass
 * nor fail says anything, and a matrix in which no run says anything is inconclusive too.
 */
export function outcomeOf(matrix: Matrix): Outcome {
  const results = matrix.runs.flatMap(({ result }) => result ?? []);
  const cells = cellsOf(matrix);
  const claimed = cells.flatMap((cell) => countsFor(cell) ?? []);
  const decisive: Verdict[] = matrix.interrupted === undefined ? claimed : [...claimed, 'interrupted'];
  return {
    verdict: verdictOf(matrix, decisive),
    done: results.length,
    missing: matrix.runs.length - results.length,
    flaky: cells.filter(({ flaky }) => flaky).length,
    judged: claimed.length,
    leftOut: matrix.leftOut?.length ?? 0,
    counts: countsOf(results.map(({ verdict }) => verdict)),
  };
}

/** Of a search for the first release that differs, failures are what it looks for: it has found it, or not. */
function verdictOf({ bisection }: Matrix, decisive: readonly Verdict[]): Verdict {
  const verdict = worst(decisive) ?? 'inconclusive';
  if (bisection === undefined || verdict === 'unclean' || verdict === 'interrupted') return verdict;
  return bisection.first === null ? 'inconclusive' : 'pass';
}

/** What a cell adds to the outcome of the matrix; null where nothing was expected of its version. */
export function countsFor({ runs, done }: Cell): Verdict | null {
  const results = runs.flatMap(({ result }) => result ?? []);
  const decisive: Verdict[] = results.filter(isClaimed).map(({ verdict }) => verdict);
  if (done < runs.length || runs.length === 0) decisive.push('inconclusive');
  return worst(decisive);
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
