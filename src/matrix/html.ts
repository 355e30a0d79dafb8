import { staticPage } from '../report/html/static-page.ts';
import { html, Markup } from '../report/html/markup.ts';
import { badge, shape, VERDICT_NAMES } from '../report/html/sections/badge.ts';
import { facts, section, table } from '../report/html/sections/table.ts';
import { utcTime } from '../report/text.ts';
import { formatDuration } from '../support/units.ts';
import { cellOf, outcomeOf, type Cell } from './cells.ts';
import { figuresSection } from './figures-html.ts';
import type { Matrix, MatrixRun } from './matrix.ts';
import { cellNotes, cellWords, isGoingOn, outcomeWords } from './words.ts';

/** The grid as one self-contained page without any script, to be saved in the folder of the matrix. */
export function renderMatrixHtml(matrix: Matrix): string {
  const outcome = outcomeOf(matrix);
  const going = isGoingOn(matrix);
  const words = going ? 'Still going on' : VERDICT_NAMES[outcome.verdict];
  const { verdict } = outcome;
  const body = html`<main>
    <h1>
      ${matrix.experiments.length} × ${matrix.columns.length} × ${matrix.asked.repeat}: experiments × versions
      × repeats
    </h1>
    <section class="verdict v-${verdict}" aria-label="Matrix: ${words}">
      ${shape(verdict)}
      <div>
        <h2>${words}</h2>
        <p class="headline">${outcomeWords(matrix, outcome)}</p>
      </div>
    </section>
    ${section('grid', 'Grid', [grid(matrix)])} ${figuresSection(matrix)} ${notPassed(matrix)}
    ${leftOutSection(matrix)} ${section('about', 'About', [about(matrix)])}
  </main>`;
  return staticPage(`${words}: matrix of ${matrix.startedAt}`, body, GRID_STYLE);
}

function grid(matrix: Matrix): Markup {
  const rows = matrix.experiments.map(({ name, title }) => [
    html`<b>${name}</b><br /><span class="quiet">${title}</span>`,
    ...matrix.columns.map((column) => cellPart(cellOf(matrix, name, column.name))),
  ]);
  const heads = ['Experiment', ...matrix.columns.map(({ name }) => name)];
  return table('Each sign is a run, and opens its report', heads, rows);
}

function cellPart(cell: Cell): Markup {
  const { verdict, flaky, runs } = cell;
  const words = cellWords(cell);
  const word = words.charAt(0).toUpperCase() + words.slice(1);
  const head =
    verdict === null
      ? html`<span class="quiet">–&nbsp;${word}</span>`
      : flaky
        ? html`<span class="badge v-inconclusive">${HALF}${word}</span>`
        : badge(verdict, word);
  return html`${head}${cellNotes(cell).map((note) => html`<br /><span class="quiet">${note}</span>`)}
    <ul class="repeats">
      ${runs.map((run) => html`<li>${repeatPart(run)}</li>`)}
    </ul>`;
}

/** Half filled: neither a pass nor a failure. */
const HALF = new Markup(
  '<svg class="shape" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M12 1a11 11 0 0 0 0 22z"/>' +
    '<circle cx="12" cy="12" r="10" class="ring"/></svg>',
);

function repeatPart({ repeat, result, experiment, column }: MatrixRun): Markup {
  if (result === undefined) return html`<span class="quiet" title="run ${repeat}: not run">–</span>`;
  const { verdict, folder, headline } = result;
  const label = `run ${repeat} of ${experiment} on ${column}: ${verdict}: ${headline}`;
  const sign = html`${shape(verdict)}<span class="sr">${label}</span>`;
  if (folder === undefined) return html`<span class="v-${verdict}" title="${label}">${sign}</span>`;
  return html`<a class="v-${verdict}" href="${linkTo(folder)}" title="${label}">${sign}</a>`;
}

/** Relative, so that the folder can be moved; encoded, so that any web server can serve it. */
export function linkTo(folder: string): string {
  return [...folder.split('/'), 'report.html'].map(encodeURIComponent).join('/');
}

function notPassed({ runs }: Matrix): Markup | false {
  const rows = runs.flatMap(({ experiment, column, seed, result }) => {
    if (result === undefined || result.verdict === 'pass') return [];
    const { folder, verdict, headline } = result;
    const name = folder === undefined ? experiment : html`<a href="${linkTo(folder)}">${experiment}</a>`;
    return [[badge(verdict), name, column, seed, headline]];
  });
  if (rows.length === 0) return false;
  const heads = ['Verdict', 'Experiment', 'NATS server', 'Seed', 'Why'];
  return section('not-passed', 'Runs that did not pass', [
    table('In the order in which they ran', heads, rows),
  ]);
}

function leftOutSection({ leftOut = [] }: Matrix): Markup | false {
  if (leftOut.length === 0) return false;
  const rows = leftOut.map(({ experiment, title, reason }) => [
    html`<b>${experiment}</b><br /><span class="quiet">${title}</span>`,
    reason,
  ]);
  return section('left-out', 'Left out', [
    table('Experiments that cannot be carried out here', ['Experiment', 'Why'], rows),
  ]);
}

function about(matrix: Matrix): Markup {
  const { startedAt, endedAt, wallMs, asked, seed } = matrix;
  return facts([
    ['Started', utcTime(startedAt)],
    endedAt === undefined ? null : ['Ended', utcTime(endedAt)],
    ['Carried out in', formatDuration(wallMs)],
    ['Seeds', asked.repeat === 1 ? String(seed) : `${seed} to ${seed + asked.repeat - 1}`],
    asked.bisect === undefined ? null : ['Looked for', `the first release of ${asked.bisect} that differs`],
    [
      asked.bisect === undefined ? 'Versions asked for' : 'Versions looked at',
      asked.nats.join(', ') || 'what each environment says',
    ],
    asked.environment === undefined ? null : ['Environment', asked.environment],
    asked.driver === undefined ? null : ['Driver', asked.driver],
  ]);
}

const GRID_STYLE = `
.repeats{list-style:none;display:flex;flex-wrap:wrap;gap:4px;margin:4px 0 0;padding:0}
.repeats a,.repeats span{display:inline-block;line-height:1;padding:4px;border-radius:6px}
.repeats a:hover,.repeats a:focus-visible{background:var(--wash);outline:2px solid var(--tone)}
.repeats .shape{font-size:18px}
.ring{fill:none;stroke:var(--tone);stroke-width:2}
.repeats .sr{padding:0}
.badge{white-space:normal}
#grid td:first-child{max-width:26em}`;
