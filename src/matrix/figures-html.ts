import { html, type Markup } from '../report/html/markup.ts';
import { badge } from '../report/html/sections/badge.ts';
import { section, table } from '../report/html/sections/table.ts';
import { counted } from '../report/text.ts';
import { figuresInOrder, pointText, rangeText, type Figure, type RowFigures } from './figures.ts';
import type { Matrix } from './matrix.ts';

/**
 * The median and spread of each figure, for each experiment and version, and the differences beyond noise; empty before
 * the end.
 */
export function figuresSection(matrix: Matrix): Markup | false {
  const { figures = [] } = matrix;
  if (figures.length === 0) return false;
  const [first] = matrix.columns;
  const hint = html`<p class="hint">
    The median of the runs, and of latencies the figure of all runs together; beside it the range that holds
    the true median, with its probability. Lower is
    better.${matrix.columns.length > 1 && html` Worse and better: beyond noise, against ${first?.name}.`}${besideNote(matrix)}
  </p>`;
  return section('figures', 'Figures', [hint, ...figures.map((row) => rowPart(row, matrix))]);
}

/** Latencies of runs side by side differ from those of runs alone. */
function besideNote({ runs }: Matrix): string {
  const beside = runs.filter(({ result }) => (result?.beside ?? 0) > 0).length;
  if (beside === 0) return '';
  return ` ${beside} of ${counted(runs.length, 'run')} had others beside them, which makes latencies longer: --jobs 1 for those of runs alone.`;
}

function rowPart({ experiment, comparison, figures }: RowFigures, matrix: Matrix): Markup {
  const { shown, rest } = figuresInOrder(figures);
  const link = comparison.split('/').map(encodeURIComponent).join('/');
  const name = html`<h3>${experiment}</h3>
    <p><a href="${link}">The full comparison of ${experiment}</a></p>`;
  const more =
    rest.length > 0 &&
    html`<details>
      <summary>${counted(rest.length, 'more figure')}</summary>
      ${figureTable(experiment, rest, matrix)}
    </details>`;
  const none = html`<p class="quiet">No run of it has come to a pass or a failure.</p>`;
  return html`${name}${shown.length === 0 ? none : figureTable(experiment, shown, matrix)}${more}`;
}

function figureTable(experiment: string, figures: readonly Figure[], { columns }: Matrix): Markup {
  const rows = figures.map((figure) => [
    figure.label,
    ...columns.map(({ name }) => figureCell(figure, name)),
  ]);
  return table(`Figures of ${experiment}`, ['Figure', ...columns.map(({ name }) => name)], rows);
}

function figureCell({ columns, unit }: Figure, column: string): Markup | string {
  const figure = columns[column];
  if (figure === undefined) return '–';
  const { median, beyondNoise, ratio } = figure;
  const range = rangeText(figure, unit);
  const times = ratio === undefined || ratio === null ? '' : ` ×${ratio.toFixed(2)}`;
  return html`<b>${pointText(median, unit)}</b
    >${range !== null && html` <small class="quiet">${range}</small>`}${
      beyondNoise !== undefined &&
      html`<br />${badge(beyondNoise === 'worse' ? 'fail' : 'pass', `${beyondNoise}${times}`)}`
    }`;
}
