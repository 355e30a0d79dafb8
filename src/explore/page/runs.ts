import { html, type Markup } from '../../report/html/markup.ts';
import { badge } from '../../report/html/sections/badge.ts';
import { section, table, type Section } from '../../report/html/sections/table.ts';
import { counted } from '../../report/text.ts';
import { formatDuration } from '../../support/units.ts';
import type { SavedSearch, SearchRun } from '../saved.ts';
import { linkTo } from './links.ts';

/** Every run, with what was drawn and what it showed. */
export function runsSection({ runs }: SavedSearch): Section | false {
  if (runs.length === 0) return false;
  const heads = ['Run', 'Verdict', 'Schedule', 'New in it', 'Servers', 'Took'];
  const rows = runs.map((run) => [
    html`<a id="run-${run.number}" href="${linkTo(run.file)}" aria-label="Experiment of run ${run.number}"
      >${run.number}</a
    >`,
    verdictPart(run),
    schedulePart(run),
    novelPart(run),
    run.reused === undefined ? 'new' : `after ${counted(run.reused, 'run')}`,
    html`<span class="word">${formatDuration(run.ms)}</span>`,
  ]);
  return section('runs', 'Runs', [
    table(
      'The number opens the experiment, which chaos run repeats; the verdict opens the report. Servers are new, or kept from the runs before',
      heads,
      rows,
    ),
  ]);
}

function verdictPart({ number, folder, verdict, headline }: SearchRun): Markup {
  const sign = badge(verdict);
  const linked =
    folder === undefined
      ? sign
      : html`<a href="${linkTo(`${folder}/report.html`)}"
          >${sign}<span class="sr">, report of run ${number}</span></a
        >`;
  return html`${linked}${verdict !== 'pass' && html`<br /><span class="quiet">${headline}</span>`}`;
}

function schedulePart({ kinds, settings, of, change }: SearchRun): Markup {
  const origin =
    of !== undefined &&
    html`<br /><span class="quiet"
        >from <a href="#run-${of}">run ${of}</a>${change !== undefined && `: ${change}`}</span
      >`;
  const load = settings.length > 0 && html`<br /><span class="quiet">${settings.join(', ')}</span>`;
  return html`${kinds.join(', ') || 'no fault'}${origin}${load}`;
}

const MOST_SHOWN = 2;

function novelPart({ novel }: SearchRun): Markup | string {
  if (novel.length === 0) return '';
  const ordered = [...novel.filter((one) => !isLogged(one)), ...novel.filter(isLogged)];
  const [first, rest] = [ordered.slice(0, MOST_SHOWN), ordered.slice(MOST_SHOWN)];
  const lines = first.map((one, at) => html`${at > 0 && html`<br />`}${one}`);
  if (rest.length === 0) return html`${lines}`;
  return html`${lines}
    <details>
      <summary>${rest.length} more</summary>
      <ul>
        ${rest.map((one) => html`<li>${one}</li>`)}
      </ul>
    </details>`;
}

/** What servers log is much, and says less than what was measured. */
function isLogged(words: string): boolean {
  return words.startsWith('a server logs: ');
}
