import { html, type Markup } from '../../report/html/markup.ts';
import { badge } from '../../report/html/sections/badge.ts';
import { contents, facts, section, table, type Section } from '../../report/html/sections/table.ts';
import { staticPage } from '../../report/html/static-page.ts';
import { counted, utcTime } from '../../report/text.ts';
import type { SavedSearch } from '../saved.ts';
import { isConclusive } from '../search.ts';
import { coverageSection } from './curve.ts';
import { figuresOf } from './figures.ts';
import { findingsSection } from './findings.ts';
import { overlapsSection } from './grid.ts';
import { runLinks } from './links.ts';
import { neverDrawnSection } from './never-drawn.ts';
import { runsSection } from './runs.ts';
import { STYLE } from './style.ts';
import { headlineOf } from './words.ts';

/** A search as one self-contained page without any script, to be saved in the folder of the search. */
export function exploreHtml(search: SavedSearch): string {
  const { sign, tone, words, sentence } = headlineOf(search);
  const sections = [
    findingsSection(search),
    coverageSection(search),
    overlapsSection(search),
    neverDrawnSection(search),
    notConclusive(search),
    runsSection(search),
    section('about', 'About', [about(search)]),
  ].filter((one) => one !== false);
  const body = html`<header class="top">
      <p class="overline">
        nats-chaos <span>search of <b>${search.name}</b></span> <span>${utcTime(search.startedAt)}</span>
      </p>
      <h1>${search.title}</h1>
      <section class="verdict ${tone}" aria-label="Search: ${words}">
        ${sign}
        <div>
          <h2>${words}</h2>
          <p class="headline">${sentence}</p>
          ${warningsPart(search)}
        </div>
      </section>
      ${figuresOf(search)}
    </header>
    ${contents(sections)}
    <main>${sections}</main>`;
  return staticPage(`${words}: search of ${search.name}`, body, STYLE);
}

function warningsPart({ warnings }: SavedSearch): Markup | false {
  if (warnings.length === 0) return false;
  return html`<ul class="reasons">
    ${warnings.map((warning) => html`<li>${badge('inconclusive', 'Warning')}<span>${warning}</span></li>`)}
  </ul>`;
}

/** Runs without an honest verdict, by their reason, the most frequent first. */
function notConclusive({ runs }: SavedSearch): Section | false {
  const reasons = new Map<string, number[]>();
  for (const { number, reason, headline } of runs.filter((run) => !isConclusive(run))) {
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

function about({ startedAt, endedAt, seed, nats, driver, file, name, program, runs }: SavedSearch): Markup {
  const mutated = runs.filter(({ kind }) => kind === 'mutated').length;
  const reused = runs.filter((run) => run.reused !== undefined).length;
  return facts([
    ['Space', html`${name} <span class="quiet">(${file})</span>`],
    ['Started', utcTime(startedAt)],
    endedAt === undefined ? null : ['Ended', utcTime(endedAt)],
    ['Seed', String(seed)],
    ['Mutations of earlier runs', counted(mutated, 'run')],
    ['On servers of earlier runs', counted(reused, 'run')],
    ['NATS server', nats ?? 'as the environment says'],
    ['Driver', driver ?? 'as the environment says'],
    ['Program', `${program.name} ${program.version}`],
    ['Complete record', html`<a href="explore.json">explore.json</a>`],
  ]);
}
