import { recoveryOf } from '../../../history/recovery.ts';
import { formatDuration } from '../../../support/units.ts';
import { expectedText } from '../../expected-text.ts';
import type { SavedRun } from '../../schema.ts';
import { besideText, formatNumber, utcTime } from '../../text.ts';
import { whatToDo } from '../../what-to-do.ts';
import { html, type Markup } from '../markup.ts';
import { harmFigures } from '../model/harm.ts';
import { badge, shape, VERDICT_NAMES } from './badge.ts';
import { figure } from './figure.ts';
import { facts } from './table.ts';

/** What readers want to know first: the claim, the verdict and its reasons, the harm, and how long it took. */
export function firstScreen(saved: SavedRun): Markup {
  const { experiment, environment, reasons } = saved;
  const todo = whatToDo(saved, saved.runId);
  const expected = expectedText(saved);
  return html`<header class="top">
    <p class="overline">
      nats-chaos <span>experiment <b>${experiment.name}</b></span>
      <span>environment <b>${environment.name}</b></span
      >${experiment.tags.map((tag) => html` <span class="tag">${tag}</span>`)}${
        saved.rehearsal === true && html` <span class="tag">rehearsal, without its faults</span>`
      }
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
      saved.beside === undefined ? null : ['Beside it', besideText(saved.beside)],
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
  const publishers = saved.workloads.filter(({ kind }) => kind === 'publish');
  // What was not checked is worth a card only where something was published that could have been.
  const harms = harmFigures(saved)
    .filter(({ verdict }) => verdict !== 'none' || publishers.length > 0)
    .map((harm) => figure(harm.label, harm.value, harm.note, harm.verdict));
  const carried = publishers.reduce((sum, { ok }) => sum + ok, 0);
  const requesters = saved.workloads.filter(({ kind }) => kind === 'http');
  const accepted = requesters.reduce((sum, { ok }) => sum + ok, 0);
  return html`<ul class="figures" aria-label="Key figures">
    ${harms}${permissionFigures(saved)}${recoveryFigure(saved)}${outageFigure(saved)}${publishers.length > 0 && figure('Published', formatNumber(carried), 'acknowledged messages', 'plain')}${requesters.length > 0 && figure('Requests', formatNumber(accepted), 'accepted', 'plain')}
  </ul>`;
}

/** What users tried that they are allowed, and what they are denied, by each check of it. */
function permissionFigures({ findings }: SavedRun): Markup[] {
  return findings.flatMap(({ check, counts, verdict }) => {
    const { allowed, denied, passes } = counts;
    if (check !== 'isolated' || allowed === undefined || denied === undefined) return [];
    return [
      figure(
        'Permissions tried',
        formatNumber(allowed + denied),
        `in ${formatNumber(passes ?? 0)} complete passes`,
        verdict,
      ),
    ];
  });
}

function recoveryFigure({ phases }: SavedRun): Markup {
  const label = 'Recovery time';
  const recoveries = phases.flatMap((phase) => recoveryOf(phase) ?? []);
  const timed = recoveries.flatMap((one) => (one.ms === undefined ? [] : [{ ...one, ms: one.ms }]));
  const [longest, ...others] = timed.sort((a, b) => b.ms - a.ms);
  if (longest === undefined) {
    const neverLost = recoveries.some(({ outcome }) => outcome === 'never-lost');
    return figure(
      label,
      '—',
      neverLost ? 'the steady state was never seen lost' : 'none was measured',
      'none',
    );
  }
  const note = others.length > 0 ? `longest of ${timed.length}` : SINCE[longest.from ?? 'removal'];
  return figure(label, formatDuration(longest.ms), note, 'plain');
}

const SINCE = {
  removal: 'from healed to steady',
  injection: 'failover, from the injection',
  action: 'from the first action',
  phase: 'from the beginning of the phase',
};

/** Runs of older versions do not record it. */
function outageFigure({ workloads }: SavedRun): Markup | null {
  const measured = workloads.flatMap(({ name, unavailability }) =>
    typeof unavailability?.longestMs === 'number' ? [{ name, ms: unavailability.longestMs }] : [],
  );
  const [longest] = measured.sort((a, b) => b.ms - a.ms);
  return longest === undefined
    ? null
    : figure('Unavailable', formatDuration(longest.ms), `at longest, for ${longest.name}`, 'plain');
}
