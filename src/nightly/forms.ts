import type { Cell } from '../matrix/cells.ts';
import { caseName, renderMatrixJunit } from '../matrix/junit.ts';
import { renderMatrixMarkdown } from '../matrix/markdown.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { JunitCase, JunitProblem } from '../report/forms/junit-text.ts';
import { comparedWords } from './comparison-words.ts';
import { regressionsIn, type NightlyRun, type NightlyCell } from './nightly-run.ts';

/**
 * A nightly run as JUnit XML: its matrix, and the comparison of each cell that was compared with an earlier nightly
 * run.
 */
export function renderNightlyJunit(matrix: Matrix, nightlyRun: NightlyRun): string {
  return renderMatrixJunit(matrix, (cell) => comparisonCase(matrix, nightlyRun, cell));
}

function comparisonCase(matrix: Matrix, nightlyRun: NightlyRun, cell: Cell): JunitCase[] {
  const { experiment, column } = cell;
  const compared = nightlyRun.cells.find((one) => one.experiment === experiment && one.column === column);
  if (compared?.baseline === undefined) return [];
  const problem = problemOf(compared, regressionsIn(nightlyRun, experiment, column));
  return [
    {
      classname: experiment,
      name: `${caseName(cell)} against ${compared.baseline}`,
      durationMs: 0,
      file: matrix.experiments.find(({ name }) => name === experiment)?.file ?? '',
      line: 1,
      ...(problem === null ? {} : { problem }),
    },
  ];
}

/** A cell that was not judged is skipped, and not an error: the verdict of the nightly run does not depend on it. */
function problemOf(
  { outcome, notJudged = [] }: NightlyCell,
  regressions: readonly string[],
): JunitProblem | null {
  const [message] = regressions;
  const text = `${[...regressions, ...notJudged].join('\n')}\n`;
  if (message !== undefined) return { kind: 'failure', type: 'regression', message, text };
  if (outcome === 'no-regression') return null;
  return {
    kind: 'skipped',
    type: 'not-judged',
    message: notJudged[0] ?? 'its result was not saved',
    text,
  };
}

/** A nightly run as Markdown for people: its headline and regressions, then its grid. */
export function renderNightlyMarkdown(matrix: Matrix, nightlyRun: NightlyRun): string {
  const { name, verdict, headline, regressions, complaints } = nightlyRun;
  const lines = [
    comparedWords(nightlyRun),
    ...regressions.map((text) => `regression: ${text}`),
    ...complaints,
  ];
  return renderMatrixMarkdown(matrix, { what: `nightly run ${name}`, verdict, headline, lines });
}
