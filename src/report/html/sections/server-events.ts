import type { SavedRun } from '../../schema.ts';
import { clip, counted, formatNumber } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { eventLanes, GLYPH_NAMES, glyphOf, KIND_NAMES, type Glyph } from '../model/event-lanes.ts';
import { at, section, type Section } from './table.ts';

/** More than these are folded up: the timeline shows where to look. */
const FEW = 40;
const MAX_TEXT = 300;

type Told = NonNullable<SavedRun['serverEvents']>;

/** Every event in words; the lanes of the timeline point here. */
export function serverEvents({ serverEvents: told }: SavedRun): Section | null {
  if (told === undefined) return null;
  const { events, leftOut } = told;
  if (events.length === 0) {
    const nothing =
      'Their logs tell of no election, no lost link and no complaint while the environment was up.';
    return section('server-events', 'Server events', [html`<p class="quiet">${nothing}</p>`]);
  }
  const list = html`<ol class="story said-list">
    ${events.map(item)}
  </ol>`;
  return section('server-events', 'Server events', [
    html`<p class="hint">
      From the servers’ own logs, while the environment was
      up.${leftOut > 0 && ` ${formatNumber(leftOut)} more, which tell less, are left out.`}
    </p>`,
    events.length <= FEW
      ? list
      : html`<details>
          <summary>All ${counted(events.length, 'event')}</summary>
          ${list}
        </details>`,
  ]);
}

function item({ t, until, node, kind, text, count }: Told['events'][number]): Markup {
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
