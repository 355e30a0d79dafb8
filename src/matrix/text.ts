import Table from 'cli-table3';
import { leftOutLines } from '../report/left-out.ts';
import { paintFor, paintVerdict, SIGNS, type Paint } from '../report/paint.ts';
import { clip, printable, wrap } from '../report/text.ts';
import { formatDuration } from '../support/units.ts';
import { cellOf, outcomeOf, type Cell } from './cells.ts';
import type { Matrix } from './matrix.ts';
import { cellNotes, cellSign, cellWords, outcomeWords } from './words.ts';

/** How often the same text is printed at most. */
const MAX_LISTED = 20;

/**
 * The grid for the terminal, and below it the runs that did not pass.
 *
 * @param folder of the matrix, as the user would write it
 */
export function renderMatrix(
  matrix: Matrix,
  folder: string,
  options: { color: boolean; width: number },
): string {
  const paint = paintFor(options.color);
  const outcome = outcomeOf(matrix);
  const words = `${outcome.verdict}: ${outcomeWords(matrix, outcome)}; ${formatDuration(matrix.wallMs)}`;
  return `${[
    grid(matrix, options.width, paint),
    ...notPassed(matrix, folder, paint),
    ...leftOutLines(matrix.leftOut ?? []).map((line) => paint.dim(`left out: ${line}`)),
    paintVerdict(paint, outcome.verdict, `${SIGNS[outcome.verdict]} ${printable(words)}`),
  ].join('\n')}\n`;
}

function grid(matrix: Matrix, width: number, paint: Paint): string {
  const columns = matrix.columns.length + 1;
  const each = Math.max(16, Math.floor((Math.min(width, 200) - columns - 1) / columns));
  const fit = (text: string): string[] => wrap(printable(text), each - 2);
  const table = new Table({
    head: ['', ...matrix.columns.map(({ name }) => fit(name).join('\n'))].map((text) => paint.bold(text)),
    colWidths: Array.from({ length: columns }, () => each),
    style: { head: [], border: [] },
  });
  for (const { name } of matrix.experiments) {
    const cells = matrix.columns.map((column) =>
      cellLines(cellOf(matrix, name, column.name), fit, paint).join('\n'),
    );
    table.push([fit(name).join('\n'), ...cells]);
  }
  return table.toString();
}

/** Each line is coloured by itself: a colour that continues over a border would colour the next cell. */
function cellLines(cell: Cell, fit: (text: string) => string[], paint: Paint): string[] {
  const { verdict, flaky } = cell;
  const tone = (line: string): string => {
    if (verdict === null) return paint.dim(line);
    return flaky ? paint.caution(line) : paintVerdict(paint, verdict, line);
  };
  const notes = cellNotes(cell).flatMap(fit);
  return [...fit(`${cellSign(cell)} ${cellWords(cell)}`).map(tone), ...notes.map((line) => paint.dim(line))];
}

function notPassed({ runs }: Matrix, folder: string, paint: Paint): string[] {
  const bad = runs.filter(({ result }) => result !== undefined && result.verdict !== 'pass');
  const lines = bad.slice(0, MAX_LISTED).flatMap(({ experiment, column, seed, result }) => {
    if (result === undefined) return [];
    const { verdict, headline, folder: report } = result;
    const head = `${SIGNS[verdict]} ${verdict}  ${printable(`${experiment} on ${column}, seed ${seed}`)}`;
    const place = report === undefined ? '' : `\n    ${printable(`${folder}/${report}`)}`;
    return [`${paintVerdict(paint, verdict, head)}: ${clip(printable(headline), 200)}${paint.dim(place)}`];
  });
  const more = bad.length - MAX_LISTED;
  return [...lines, ...(more > 0 ? [`and ${more} more that did not pass`] : [])];
}
