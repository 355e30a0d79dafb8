import { loggedErrors, type LoggedError } from '../../known-errors.ts';
import type { SavedRun } from '../../schema.ts';
import { clip, counted, formatNumber } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { eventLanes, GLYPH_NAMES, glyphOf, KIND_NAMES, type Glyph } from '../model/event-lanes.ts';
import { at, section, type Section } from './table.ts';

/** More than this many are folded: the timeline shows where to look. */
const FEW = 40;
const MAX_TEXT = 300;

type Shown = NonNullable<SavedRun['serverEvents']>;

/** Every event in words; the lanes of the timeline link here. */
export function serverEvents(saved: SavedRun): Section | null {
  const { serverEvents: shown } = saved;
  if (shown === undefined) return null;
  const { events, leftOut } = shown;
  const known = loggedErrors(saved);
  if (events.length === 0) {
    const nothing =
      'Their logs show no election, no lost link and no complaint while the environment was up.';
    return section('server-events', 'Server events', [html`<p class="quiet">${nothing}</p>`]);
  }
  const list = html`<ol class="entries said-list">
    ${events.map(item)}
  </ol>`;
  return section('server-events', 'Server events', [
    html`<p class="hint">
      From the servers’ own logs, while the environment was
      up.${leftOut > 0 && ` ${formatNumber(leftOut)} more, less important, are left out.`}
    </p>`,
    known.length > 0 &&
      html`<ul class="known-errors">
        ${known.map(explained)}
      </ul>`,
    events.length <= FEW
      ? list
      : html`<details>
          <summary>All ${counted(events.length, 'event')}</summary>
          ${list}
        </details>`,
  ]);
}

/** An error that many users meet, and what to do about it. */
function explained({ nodes, text, explanation }: LoggedError): Markup {
  return html`<li><b>${nodes.join(', ')}</b> ${clip(text, MAX_TEXT)}<br />${explanation}.</li>`;
}

function item({ t, until, node, kind, text, count }: Shown['events'][number]): Markup {
  const said = html`<b>${node}</b> ${clip(text, MAX_TEXT)}`;
  const often = count > 1 && html` <small>${times(count, t, until)}</small>`;
  return html`<li>
    <time>${at(t)}</time><span class="kind">${sign(glyphOf(kind))} ${KIND_NAMES[kind]}</span
    ><span>${said}${often}</span>
  </li>`;
}

/** The same on the timeline: one lane for each server. */
export function serverEventLanes(saved: SavedRun): Markup | null {
  const lanes = eventLanes(saved);
  if (lanes.length === 0) return null;
  const seen = new Set(lanes.flatMap(({ events }) => events.map(({ glyph }) => glyph)));
  const key = (Object.keys(GLYPH_NAMES) as Glyph[]).filter((glyph) => seen.has(glyph));
  return html`<section class="lanes" aria-label="Server events">
    <h3>
      Server events <small>from their logs; <a href="#server-events">in words</a></small>
    </h3>
    <p class="said-key" aria-hidden="true">
      ${key.map((glyph) => html`<span>${sign(glyph)} ${GLYPH_NAMES[glyph]}</span>`)}
    </p>
    ${lanes.map(
      ({ node, events }) =>
        html`<div class="lane-row">
          <p class="lane-name">${node} <output></output></p>
          <div class="track said-lane" aria-hidden="true">
            ${events.map((event) => html`<i class="said g-${event.glyph}" data-from="${event.t}" data-to="${event.until}" data-event="${event.at}"></i>`)}
          </div>
        </div>`,
    )}
  </section>`;
}

function sign(glyph: Glyph): Markup {
  return html`<i class="said g-${glyph}"></i>`;
}

function times(count: number, t: number, until: number): string {
  return until - t < 1000
    ? `${formatNumber(count)} times`
    : `${formatNumber(count)} times until ${at(until)}`;
}
