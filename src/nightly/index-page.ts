import { html, type Markup } from '../report/html/markup.ts';
import { badge, shape, VERDICT_NAMES } from '../report/html/sections/badge.ts';
import { section, table } from '../report/html/sections/table.ts';
import { staticPage } from '../report/html/static-page.ts';
import { formatDuration } from '../support/units.ts';
import { newestFirst } from './baseline.ts';
import type { Night, NightCell } from './night.ts';
import { sparkline, type Point } from './sparkline.ts';
import { trendsOf, type Trend } from './trends.ts';

/** All nights as one self-contained page without any script, to stand in the folder of the nights. */
export function renderNights(nights: readonly Night[]): string {
  const [newest] = newestFirst(nights);
  const body = html`<main>
    <h1>Nights</h1>
    ${newest === undefined ? html`<p class="quiet">There is no night yet.</p>` : lastNight(newest)}
    ${newest !== undefined && section('trends', 'Over the nights', [trendTable(trendsOf(nights))])}
    ${newest !== undefined && section('nights', 'Night by night', [nightTable(nights)])}
  </main>`;
  const state = newest === undefined ? '' : `: ${VERDICT_NAMES[newest.verdict]}`;
  return staticPage(`nats-chaos nights${state}`, body, NIGHTS_STYLE);
}

function lastNight(night: Night): Markup {
  const { verdict, headline, name, regressions, complaints } = night;
  const lines = [...regressions, ...complaints];
  return html`<section class="verdict v-${verdict}" aria-label="Last night: ${VERDICT_NAMES[verdict]}">
    ${shape(verdict)}
    <div>
      <h2>Last night: ${VERDICT_NAMES[verdict]}</h2>
      <p class="headline">${headline}</p>
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

function trendTable(trends: readonly Trend[]): Markup {
  const rows = trends.map(({ experiment, word, cells, figures }) => [
    html`<b>${experiment}</b>`,
    word === '' ? 'its own version' : word,
    html`${verdictStrip(cells)}`,
    figures.length === 0
      ? '–'
      : html`<ul class="figures-over">
          ${figures.map((one) => html`<li>${figurePart(one)}</li>`)}
        </ul>`,
  ]);
  const heads = ['Experiment', 'NATS asked for', 'Verdicts', 'Figures'];
  return table('The oldest night at the left; curves from zero, a cross where it never came', heads, rows);
}

/** As many nights as fit beside one another. */
const MAX_SIGNS = 30;

function verdictStrip(cells: readonly (NightCell | null)[]): Markup {
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

function figurePart({ label, unit, points }: Trend['figures'][number]): Markup {
  const last = points.at(-1) ?? null;
  const finite = points.filter((point) => typeof point === 'number');
  const range =
    finite.length === 0
      ? 'never'
      : `${quantity(Math.min(...finite), unit)} to ${quantity(Math.max(...finite), unit)}`;
  const told = `${label} over ${points.length} nights: ${range}, last ${quantity(last, unit)}`;
  return html`${sparkline(points, told)}<span
      ><b>${quantity(last, unit)}</b> <span class="quiet">${label}</span></span
    >`;
}

function quantity(point: Point, unit: 'ms' | 'ratio'): string {
  if (point === null) return '–';
  if (point === 'never') return 'never';
  return unit === 'ms' ? formatDuration(point) : `${Number((point * 100).toPrecision(3))}%`;
}

function nightTable(nights: readonly Night[]): Markup {
  const rows = newestFirst(nights).map((night) => {
    const { name, verdict, headline, cells, notRun, startedAt, endedAt } = night;
    const flaky = cells.filter((cell) => cell.flaky).length;
    const took = formatDuration(new Date(endedAt).getTime() - new Date(startedAt).getTime());
    const compared = cells.flatMap((cell) => comparisonOf(name, cell) ?? []);
    return [
      badge(verdict),
      html`<a href="${encodeURIComponent(name)}/matrix.html">${name}</a>`,
      took,
      flaky === 0 ? '' : flaky,
      notRun.length === 0 ? '' : notRun.length,
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
  const heads = ['Verdict', 'Night', 'Took', 'Flaky', 'Not run', 'Compared', 'Headline'];
  return table('The newest first', heads, rows);
}

function comparisonOf(night: string, { comparison, experiment, column, baseline }: NightCell): Markup | null {
  if (comparison === undefined) return null;
  return html`<li>
    <a href="${linkTo(night, comparison)}">${experiment} on ${column}</a> against ${baseline}
  </li>`;
}

function linkTo(night: string, file: string): string {
  return [night, ...file.split('/')].map(encodeURIComponent).join('/');
}

const NIGHTS_STYLE = `
.strip{display:inline-flex;flex-wrap:wrap;gap:2px;line-height:1}
.strip .shape{font-size:13px}
.spark{width:160px;height:32px;flex:none}
.spark .line{fill:none;stroke:var(--s0);stroke-width:1.5;stroke-linejoin:round}
.spark .dot{fill:var(--s0)}
.spark .last{fill:var(--ink)}
.spark .never{fill:none;stroke:var(--fail);stroke-width:1.6;stroke-linecap:round}
.figures-over{list-style:none;margin:0;padding:0;display:grid;gap:4px}
.figures-over li{display:flex;flex-wrap:wrap;gap:0 12px;align-items:center}
#nights td:nth-child(2),#nights td:nth-child(3){white-space:nowrap}
#nights details{margin:0}`;
