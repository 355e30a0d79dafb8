import { formatDuration } from '../../../support/units.ts';
import { expectedText } from '../../expected-text.ts';
import type { SavedRun } from '../../schema.ts';
import { formatNumber, utcTime } from '../../text.ts';
import { whatToDo } from '../../what-to-do.ts';
import { html, type Markup } from '../markup.ts';
import { harmFigures } from '../model/harm.ts';
import { badge, shape, VERDICT_NAMES } from './badge.ts';
import { facts } from './table.ts';

/** What anyone wants to know first: the claim, the verdict and why, what was harmed, and how long it took. */
export function firstScreen(saved: SavedRun): Markup {
  const { experiment, environment, reasons } = saved;
  const todo = whatToDo(saved, saved.runId);
  const expected = expectedText(saved);
  return html`<header class="top">
    <p class="overline">
      nats-chaos <span>experiment <b>${experiment.name}</b></span>
      <span>environment <b>${environment.name}</b></span
      >${experiment.tags.map((tag) => html` <span class="tag">${tag}</span>`)}
    </p>
    <h1>${experiment.title}</h1>
    <section class="verdict v-${saved.verdict}" aria-labelledby="verdict" id="verdict-box">
      ${shape(saved.verdict)}
      <div>
        <h2 id="verdict"><span class="sr">Verdict: </span>${VERDICT_NAMES[saved.verdict]}</h2>
        <p class="headline">${saved.headline}</p>
        ${todo !== null && html`<p>${todo}</p>`}
        ${expected !== null && html`<p>${expected.charAt(0).toUpperCase() + expected.slice(1)}.</p>`}
        ${reasons.length > 1 && reasonList(reasons.slice(1))}
      </div>
    </section>
    ${figures(saved)}
    ${facts([
      ['NATS server', saved.versions['nats-server'] ?? 'unknown'],
      ['Driver', saved.driver],
      ['Seed', String(saved.seed)],
      ['Duration', formatDuration(saved.durationMs)],
      ['Started', utcTime(saved.startedAt)],
      ['Run', saved.runId],
    ])}
  </header>`;
}

const FIRST_REASONS = 4;

function reasonList(reasons: SavedRun['reasons']): Markup {
  const items = (some: SavedRun['reasons']) =>
    html`<ul class="reasons">
      ${some.map(
        (reason) =>
          html`<li>
            ${badge(reason.verdict)} <span>${reason.text} <small>${reason.source}</small></span>
          </li>`,
      )}
    </ul>`;
  const rest = reasons.slice(FIRST_REASONS);
  return html`<h3>Also</h3>
    ${items(reasons.slice(0, FIRST_REASONS))}${
      rest.length > 0 &&
      html`<details>
        <summary>${rest.length} more</summary>
        ${items(rest)}
      </details>`
    }`;
}

function figures(saved: SavedRun): Markup {
  const harms = harmFigures(saved).map((harm) => figure(harm.label, harm.value, harm.note, harm.verdict));
  const recoveries = saved.recovery.map(({ ms }) => ms);
  const longest = recoveries.length === 0 ? null : Math.max(...recoveries);
  const note = recoveries.length > 1 ? `longest of ${recoveries.length}` : 'from healed to steady';
  const recovery =
    longest === null
      ? figure('Recovery time', '—', 'none was measured', 'none')
      : figure('Recovery time', formatDuration(longest), note, 'plain');
  const carried = saved.workloads.filter((w) => w.kind === 'publish').reduce((sum, w) => sum + w.ok, 0);
  return html`<ul class="figures" aria-label="Key figures">
    ${harms}${recovery}${figure('Published', formatNumber(carried), 'acknowledged messages', 'plain')}
  </ul>`;
}

function figure(label: string, value: string, note: string, tone: string): Markup {
  return html`<li class="figure t-${tone}">
    <span class="label">${label}</span><strong>${value}</strong><span class="note">${note}</span>
  </li>`;
}
