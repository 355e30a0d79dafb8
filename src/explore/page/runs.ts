import { html, type Markup } from '../../report/html/markup.ts';
import { badge } from '../../report/html/sections/badge.ts';
import { section, table } from '../../report/html/sections/table.ts';
import { formatDuration } from '../../support/units.ts';
import type { SavedSearch, SearchRun } from '../saved.ts';
import { linkTo } from './links.ts';

/** Every run, with what was drawn and what it showed. */
export function runsSection({ runs }: SavedSearch): Markup | false {
  if (runs.length === 0) return false;
  const heads = ['Run', 'Verdict', 'Schedule', 'New in it', 'Seed', 'Took'];
  const rows = runs.map((run) => [
    html`<a id="run-${run.number}" href="${linkTo(run.file)}">${run.number}</a>`,
    verdictPart(run),
    schedulePart(run),
    novelPart(run),
    run.seed,
    formatDuration(run.ms),
  ]);
  return section('runs', 'Runs', [
    table(
      'The number opens the experiment, which chaos run repeats; the verdict opens the report',
      heads,
      rows,
    ),
  ]);
}

function verdictPart({ folder, verdict, headline }: SearchRun): Markup {
  const sign = badge(verdict);
  const linked = folder === undefined ? sign : html`<a href="${linkTo(`${folder}/report.html`)}">${sign}</a>`;
  return html`${linked}${verdict !== 'pass' && html`<br /><span class="quiet">${headline}</span>`}`;
}

function schedulePart({ kinds, settings, of, change }: SearchRun): Markup {
  const origin =
    of !== undefined &&
    html`<br /><span class="quiet"
        ><a href="#run-${of}">run ${of}</a>${change === undefined ? ', changed' : `, ${change}`}</span
      >`;
  const load = settings.length > 0 && html`<br /><span class="quiet">${settings.join(', ')}</span>`;
  return html`${kinds.join(', ') || 'nothing'}${origin}${load}`;
}

const MOST_SHOWN = 3;

function novelPart({ novel }: SearchRun): Markup | string {
  if (novel.length === 0) return '';
  const [first, rest] = [novel.slice(0, MOST_SHOWN), novel.slice(MOST_SHOWN)];
  return html`${first.map((one, at) => html`${at > 0 && html`<br />`}${one}`)}${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more</summary>
      ${rest.map((one) => html`${one}<br />`)}
    </details>`
  }`;
}
