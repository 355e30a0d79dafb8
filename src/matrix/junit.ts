import { leftOutSuites } from '../report/left-out.ts';
import { junitText, type JunitCase, type JunitProblem, type JunitSuite } from '../report/forms/junit-text.ts';
import { bisectionText } from './bisect-words.ts';
import type { Bisection } from './bisect.ts';
import { cellOf, countsFor, outcomeOf, type Cell } from './cells.ts';
import type { Matrix, MatrixExperiment } from './matrix.ts';
import { cellNotes, cellWords, outcomeWords } from './words.ts';

/**
 * A matrix as JUnit XML: one test suite for each experiment, one test case for each version, and a suite for the matrix
 * itself, so that there is a failure or an error whenever the program's exit code is not 0.
 *
 * @param more additional cases of a suite
 */
export function renderMatrixJunit(matrix: Matrix, more: (cell: Cell) => JunitCase[] = () => []): string {
  const { experiments, leftOut = [], startedAt } = matrix;
  return junitText([
    wholeSuite(matrix),
    ...experiments.map((one) => suiteOf(matrix, one, more)),
    ...leftOutSuites(leftOut, startedAt, experiments.length === 0),
  ]);
}

function wholeSuite(matrix: Matrix): JunitSuite {
  const { startedAt, wallMs, asked, seed, interrupted, bisection } = matrix;
  const outcome = outcomeOf(matrix);
  const words = outcomeWords(matrix, outcome);
  const broken = interrupted !== undefined || outcome.missing > 0 || outcome.judged === 0;
  const missing = outcome.missing > 0 ? 'not-run' : 'nothing-judged';
  const type = interrupted === undefined ? missing : 'interrupted';
  return {
    name: 'matrix',
    durationMs: wallMs,
    startedAt,
    properties: {
      verdict: outcome.verdict,
      headline: words,
      seed: String(seed),
      repeat: String(asked.repeat),
      ...(asked.driver === undefined ? {} : { driver: asked.driver }),
      ...(bisection === undefined ? {} : { bisection: bisectionText(bisection) }),
    },
    cases: [
      {
        classname: 'matrix',
        name: 'carried out',
        durationMs: wallMs,
        file: asked.files[0] ?? '',
        line: 1,
        ...(broken ? { problem: { kind: 'error', type, message: words, text: '' } as const } : {}),
      },
      ...(bisection === undefined ? [] : [bisectionCase(matrix, bisection)]),
    ],
  };
}

/** It has done what it is for when it names a release. */
function bisectionCase({ wallMs, asked }: Matrix, bisection: Bisection): JunitCase {
  const message = bisectionText(bisection);
  return {
    ...{ classname: 'matrix', name: 'first release that differs', durationMs: wallMs },
    ...{ file: asked.files[0] ?? '', line: 1 },
    ...(bisection.first === null ? { problem: { kind: 'error', type: 'not-found', message, text: '' } } : {}),
  };
}

function suiteOf(
  matrix: Matrix,
  { name, title, file }: MatrixExperiment,
  more: (cell: Cell) => JunitCase[],
): JunitSuite {
  const cells = matrix.columns.map((column) => cellOf(matrix, name, column.name));
  return {
    name,
    durationMs: cells.reduce((sum, cell) => sum + tookMs(cell), 0),
    startedAt: matrix.startedAt,
    properties: { title },
    cases: cells.flatMap((cell) => [caseOf(cell, file, matrix.bisection !== undefined), ...more(cell)]),
  };
}

/** @param isSearched versions that differ are what is looked for: none of them is a failure */
function caseOf(cell: Cell, file: string, isSearched: boolean): JunitCase {
  const found = problemOf(cell);
  const problem = found !== null && isSearched ? { ...found, kind: 'skipped' as const } : found;
  return {
    classname: cell.experiment,
    name: caseName(cell),
    durationMs: tookMs(cell),
    file,
    line: 1,
    ...(problem === null ? {} : { problem }),
  };
}

/** `nats-server 2.12.15 (2.12, latest)`. */
export function caseName({ column }: Cell): string {
  return `nats-server ${column}`;
}

function tookMs({ runs }: Cell): number {
  return runs.reduce((sum, { result }) => sum + (result?.durationMs ?? 0), 0);
}

function problemOf(cell: Cell): JunitProblem | null {
  const counts = countsFor(cell);
  if (counts === 'pass') return null;
  const message = [cellWords(cell), ...cellNotes(cell)].join('; ');
  if (counts === null) return { kind: 'skipped', type: 'nothing-expected', message, text: '' };
  // A missing run proves nothing, even if all the others passed.
  const unfinished = cell.verdict === null || cell.verdict === 'pass';
  const type = cell.flaky ? 'flaky' : unfinished ? 'not-run' : counts;
  return { kind: counts === 'fail' ? 'failure' : 'error', type, message, text: runLines(cell) };
}

/** Every run on a line, with what is needed to find its report or to repeat it. */
function runLines({ runs }: Cell): string {
  const lines = runs.map(({ repeat, seed, result }) => {
    const head = `run ${repeat}, seed ${seed}`;
    if (result === undefined) return `${head}: not run`;
    const place = result.folder === undefined ? '' : ` (${result.folder})`;
    return `${head}: ${result.verdict}: ${result.headline}${place}`;
  });
  return `${lines.join('\n')}\n`;
}
