import type { Cell } from '../matrix/cells.ts';
import { caseName, renderMatrixJunit } from '../matrix/junit.ts';
import { renderMatrixMarkdown } from '../matrix/markdown.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { JunitCase } from '../report/forms/junit-text.ts';
import { regressionsIn, type Night } from './night.ts';

/** A night as JUnit XML: its matrix, and beside each cell that was held against an earlier night what came of that. */
export function renderNightJunit(matrix: Matrix, night: Night): string {
  return renderMatrixJunit(matrix, (cell) => comparisonCase(matrix, night, cell));
}

function comparisonCase(matrix: Matrix, night: Night, cell: Cell): JunitCase[] {
  const { experiment, column } = cell;
  const baseline = night.cells.find(
    (one) => one.experiment === experiment && one.column === column,
  )?.baseline;
  if (baseline === undefined) return [];
  const found = regressionsIn(night, experiment, column);
  const [message] = found;
  const text = `${found.join('\n')}\n`;
  return [
    {
      classname: experiment,
      name: `${caseName(cell)} against ${baseline}`,
      durationMs: 0,
      file: matrix.experiments.find(({ name }) => name === experiment)?.file ?? '',
      line: 1,
      ...(message === undefined ? {} : { problem: { kind: 'failure', type: 'regression', message, text } }),
    },
  ];
}

/** A night as Markdown for people: its headline and regressions, then its grid. */
export function renderNightMarkdown(matrix: Matrix, night: Night): string {
  const { name, verdict, headline, regressions, complaints, cells } = night;
  const baselines = [...new Set(cells.flatMap(({ baseline }) => baseline ?? []))];
  const against =
    baselines.length === 0
      ? 'there is no good night yet to hold it against'
      : `held against ${baselines.join(', ')}`;
  const lines = [against, ...regressions.map((text) => `regression: ${text}`), ...complaints];
  return renderMatrixMarkdown(matrix, { what: `night ${name}`, verdict, headline, lines });
}
