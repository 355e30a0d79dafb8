import { html, type Markup } from '../report/html/markup.ts';
import { badge, shape, VERDICT_NAMES } from '../report/html/sections/badge.ts';
import { section, table } from '../report/html/sections/table.ts';
import { staticPage } from '../report/html/static-page.ts';
import { formatDuration } from '../support/units.ts';
import { OUTCOME_NAMES } from '../compare/words.ts';
import { newestFirst } from './baseline.ts';
import { pointText, rangeText } from '../matrix/figures.ts';
import { comparedWords } from './comparison-words.ts';
import type { NightlyRun, NightlyCell, NightlyFigure } from './nightly-run.ts';
import { sparkline, type Point } from './sparkline.ts';
import { trendsOf, type Trend, type TrendFigure } from './trends.ts';

/** All nightly runs as one self-contained page without any script, to be saved in their folder. */
export function renderNightlyRuns(nightlyRuns: readonly NightlyRun[]): string {
  const [newest] = newestFirst(nightlyRuns);
  const body = html`<main>
    <h1>Nightly runs</h1>
    ${newest === undefined ? html`<p class="quiet">There is no nightly run yet.</p>` : lastNightlyRun(newest)}
    ${newest !== undefined && section('trends', 'Trends', [trendTable(trendsOf(nightlyRuns), newest.name)])}
    ${newest !== undefined && section('nightly-runs', 'All nightly runs', [nightlyRunTable(nightlyRuns)])}
  </main>`;
  const state = newest === undefined ? '' : `: ${VERDICT_NAMES[newest.verdict]}`;
  return staticPage(`nats-chaos nightly runs${state}`, body, NIGHTLY_STYLE);
}

function lastNightlyRun(nightlyRun: NightlyRun): Markup {
  const { verdict, headline, name, regressions, complaints } = nightlyRun;
  const lines = [...regressions, ...complaints];
  return html`<section class="verdict v-${verdict}" aria-label="Last nightly run: ${VERDICT_NAMES[verdict]}">
    ${shape(verdict)}
    <div>
      <h2>Last nightly run: ${VERDICT_NAMES[verdict]}</h2>
      <p class="headline">${headline}</p>
      <p>${sentence(comparedWords(nightlyRun))}</p>
      <p><a href="${encodeURIComponent(name)}/matrix.html">The grid of ${name}</a></p>
      ${
        lines.length > 0 &&
        html`<ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`
      }
    </div>
  </section>`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function trendTable(trends: readonly Trend[], newest: string): Markup {
  const rows = trends.map(({ experiment, word, cells, figures }) => [
    html`<b>${experiment}</b>`,
    word === '' ? 'its own version' : word,
    html`${verdictStrip(cells)}`,
    figures.length === 0
      ? '–'
      : html`<ul class="figures-over">
          ${figures.map((one) => html`<li>${figurePart(one)}</li>`)}
        </ul>`,
    comparedPart(newest, cells.at(-1) ?? null),
  ]);
  const heads = ['Experiment', 'NATS asked for', 'Verdicts', 'Figures of the last run', 'Compared'];
  const caption =
    'The oldest nightly run is at the left. Curves begin at zero; a cross: it never happened. Figures are medians, each with the range ' +
    'that holds the true one; worse and better: beyond noise, compared with earlier good nightly runs';
  return table(caption, heads, rows);
}

/** As many nightly runs as fit side by side. */
const MAX_SIGNS = 30;

function verdictStrip(cells: readonly (NightlyCell | null)[]): Markup {
  const shown = cells.slice(-MAX_SIGNS);
  const words = shown.map((cell) => (cell === null ? 'not there' : (cell.verdict ?? 'not run')));
  return html`<span class="strip" role="img" aria-label="${words.join(', ')}">
    ${shown.map((cell) =>
      cell === null || cell.verdict === null
        ? html`<span class="quiet">–</span>`
        : html`<span class="v-${cell.verdict}">${shape(cell.verdict)}</span>`,
    )}
  </span>`;
}

function figurePart({ label, unit, points, last }: TrendFigure): Markup {
  const point = points.at(-1) ?? null;
  const finite = points.filter((one) => typeof one === 'number');
  const range =
    finite.length === 0
      ? 'never'
      : `${quantity(Math.min(...finite), unit)} to ${quantity(Math.max(...finite), unit)}`;
  const summary = `${label} over ${points.length} nightly runs: ${range}, last ${quantity(point, unit)}`;
  const spread = last === null ? null : spreadOfLast(last);
  const differs = last?.beyondNoise;
  return html`${sparkline(points, summary)}<span
      ><b>${quantity(point, unit)}</b
      >${spread !== null && html` <small class="quiet">${spread}</small>`}${' '}<span class="quiet"
        >${label}</span
      >${' '}${differs !== undefined && badge(differs === 'worse' ? 'fail' : 'pass', differs)}</span
    >`;
}

/** Nightly runs of earlier versions of the program have saved the median only. */
function spreadOfLast({ unit, n, low, high, coverage }: NightlyFigure): string | null {
  if (n === undefined || low === undefined || high === undefined || coverage === undefined) return null;
  return rangeText({ n, low, high, coverage }, unit);
}

/** The full comparisons of a row: with the good nightly runs, and between versions. */
function comparedPart(nightlyRun: string, cell: NightlyCell | null): Markup | string {
  if (cell === null) return '–';
  const against =
    cell.comparison !== undefined &&
    html`<a href="${linkTo(nightlyRun, cell.comparison)}">against ${cell.baseline}</a><br />`;
  const versions =
    cell.versions !== undefined && html`<a href="${linkTo(nightlyRun, cell.versions)}">its versions</a>`;
  return html`${against}${versions}`;
}

function quantity(point: Point, unit: 'ms' | 'ratio'): string {
  return point === null ? '–' : pointText(point, unit);
}

function nightlyRunTable(nightlyRuns: readonly NightlyRun[]): Markup {
  const rows = newestFirst(nightlyRuns).map((nightlyRun) => {
    const { name, verdict, headline, cells, notRun, leftOut = [], startedAt, endedAt } = nightlyRun;
    const flaky = cells.filter((cell) => cell.flaky).length;
    const took = formatDuration(new Date(endedAt).getTime() - new Date(startedAt).getTime());
    const compared = cells.flatMap((cell) => comparisonOf(name, cell) ?? []);
    return [
      badge(verdict),
      html`<a href="${encodeURIComponent(name)}/matrix.html">${name}</a>`,
      took,
      flaky === 0 ? '' : flaky,
      notRun.length === 0 ? '' : notRun.length,
      leftOut.length === 0 ? '' : html`<span title="${leftOut.join('; ')}">${leftOut.length}</span>`,
      compared.length === 0
        ? ''
        : html`<details>
            <summary>${compared.length}</summary>
            <ul>
              ${compared}
            </ul>
          </details>`,
      headline,
    ];
  });
  const heads = ['Verdict', 'Nightly run', 'Took', 'Flaky', 'Not run', 'Left out', 'Compared', 'Headline'];
  return table('The newest first', heads, rows);
}

function comparisonOf(nightlyRun: string, cell: NightlyCell): Markup | null {
  const { comparison, experiment, column, baseline, outcome } = cell;
  if (comparison === undefined) return null;
  return html`<li>
    <a href="${linkTo(nightlyRun, comparison)}">${experiment} on ${column}</a> against
    ${baseline}${outcome !== undefined && `: ${OUTCOME_NAMES[outcome].toLowerCase()}`}
  </li>`;
}

function linkTo(nightlyRun: string, file: string): string {
  return [nightlyRun, ...file.split('/')].map(encodeURIComponent).join('/');
}

const NIGHTLY_STYLE = `
.strip{display:inline-flex;min-width:148px;flex-wrap:wrap;gap:2px;line-height:1}
.strip .shape{font-size:13px}
.spark{width:160px;height:32px;flex:none}
.spark .line{fill:none;stroke:var(--s0);stroke-width:1.5;stroke-linejoin:round}
.spark .dot{fill:var(--s0)}
.spark .last{fill:var(--ink)}
.spark .never{fill:none;stroke:var(--fail);stroke-width:1.6;stroke-linecap:round}
.figures-over{list-style:none;margin:0;padding:0;display:grid;gap:4px}
.figures-over li{display:grid;grid-template-columns:160px 1fr;gap:0 12px;align-items:center}
#trends td:last-child{white-space:nowrap}
@media (max-width:640px){.figures-over li{grid-template-columns:1fr}}
#nightly-runs td:nth-child(2),#nightly-runs td:nth-child(3){white-space:nowrap}
#nightly-runs details{margin:0}`;
