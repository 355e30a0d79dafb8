import { html, type Markup } from '../../report/html/markup.ts';
import { badge, shape } from '../../report/html/sections/badge.ts';
import { facts, section, table } from '../../report/html/sections/table.ts';
import { staticPage } from '../../report/html/static-page.ts';
import { counted, utcTime } from '../../report/text.ts';
import { formatDuration } from '../../support/units.ts';
import type { SavedSearch } from '../saved.ts';
import { coverageSection } from './curve.ts';
import { findingsSection } from './findings.ts';
import { overlapsSection } from './grid.ts';
import { runLinks } from './links.ts';
import { runsSection } from './runs.ts';
import { STYLE } from './style.ts';
import { headlineOf } from './words.ts';

/** A search as one self-contained page without any script, to be saved in the folder of the search. */
export function exploreHtml(search: SavedSearch): string {
  const { verdict, words, sentence } = headlineOf(search);
  const body = html`<main>
    <h1>${search.title}</h1>
    <section class="verdict v-${verdict}" aria-label="Search: ${words}">
      ${shape(verdict)}
      <div>
        <h2>${words}</h2>
        <p class="headline">${sentence}</p>
        ${warningsPart(search)}
      </div>
    </section>
    ${findingsSection(search)} ${coverageSection(search)} ${overlapsSection(search)} ${neverDrawn(search)}
    ${notConclusive(search)} ${runsSection(search)} ${section('about', 'About', [about(search)])}
  </main>`;
  return staticPage(`${words}: search of ${search.name}`, body, STYLE);
}

function warningsPart({ warnings }: SavedSearch): Markup | false {
  if (warnings.length === 0) return false;
  return html`<ul class="reasons">
    ${warnings.map((warning) => html`<li>${badge('inconclusive', 'Warning')}<span>${warning}</span></li>`)}
  </ul>`;
}

function neverDrawn({ neverDrawn: names }: SavedSearch): Markup | false {
  if (names.length === 0) return false;
  const hint = html`<p class="hint">Part of the space, and in no run so far: nothing is known of them.</p>`;
  const items = html`<ul class="names">
    ${names.map((name) => html`<li><span class="tag">${name}</span></li>`)}
  </ul>`;
  return section('never-drawn', 'Never drawn', [hint, items]);
}

/** Runs without an honest verdict, by their reason, the most frequent first. */
function notConclusive({ runs }: SavedSearch): Markup | false {
  const reasons = new Map<string, number[]>();
  for (const { number, verdict, reason, headline } of runs) {
    if (verdict === 'pass' || verdict === 'fail') continue;
    const why = reason ?? headline;
    reasons.set(why, [...(reasons.get(why) ?? []), number]);
  }
  if (reasons.size === 0) return false;
  const rows = [...reasons]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([why, numbers]) => [numbers.length, why, html`${runLinks(numbers)}`]);
  return section('not-conclusive', 'Runs without a conclusive verdict', [
    table('They say nothing for or against the servers', ['Runs', 'Why', 'Which'], rows),
  ]);
}

function about(search: SavedSearch): Markup {
  const { startedAt, endedAt, wallMs, seed, budget, nats, driver, file, name, program } = search;
  const limits = [
    ...(budget.runs === undefined ? [] : [counted(budget.runs, 'run')]),
    ...(budget.ms === undefined ? [] : [formatDuration(budget.ms)]),
  ];
  const perMinute = wallMs > 0 ? (search.runs.length / wallMs) * 60_000 : 0;
  return facts([
    ['Space', html`${name} <span class="quiet">(${file})</span>`],
    ['Started', utcTime(startedAt)],
    endedAt === undefined ? null : ['Ended', utcTime(endedAt)],
    ['Searched for', formatDuration(wallMs)],
    ['Runs a minute', perMinute.toFixed(1)],
    ['Budget', limits.join(', ') || 'none'],
    ['Seed', String(seed)],
    ['NATS server', nats ?? 'as the environment says'],
    ['Driver', driver ?? 'as the environment says'],
    ['Program', `${program.name} ${program.version}`],
  ]);
}
