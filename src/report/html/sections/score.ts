import type { SavedRun } from '../../schema.ts';
import { formatNumber, spelledOut } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import type { Chart } from '../model/charts.ts';
import type { Heat } from '../model/heat.ts';
import { lanesOf, type Lane } from '../model/lanes.ts';
import { SCORE_ID } from '../model/page-data.ts';
import { spanOf } from '../model/span.ts';
import { availabilityLanes } from './availability.ts';
import { scoreHead } from './score-head.ts';
import { serverEventLanes } from './server-events.ts';
import { section, type Section } from './table.ts';
import { timelineBox } from './timeline-box.ts';

/** The timeline of the run: bands of phases and faults at the top, and below them everything that was measured. */
export function score(saved: SavedRun, charts: readonly Chart[]): Section {
  const failures = saved.workloads.reduce((sum, workload) => sum + workload.failed + workload.unknown, 0);
  const hint = html`Point anywhere for the values at that moment. Drag across to zoom, choose a phase to zoom
  to it; a double click shows the whole run again. Shaded: a fault in force.`;
  const content = html`${scoreHead(saved, spanOf(saved))} ${charts.map(chart)}
  ${failures === 0 && saved.workloads.length > 0 && html`<p class="quiet">No operation was refused or went unanswered.</p>`}
  ${availabilityLanes(saved)} ${laneGroups(lanesOf(saved))} ${serverEventLanes(saved)}`;
  const box = { id: SCORE_ID, label: 'Timeline of the run', hint };
  return section('timeline', 'Timeline', timelineBox(box, content));
}

/** A chart with its legend; the script draws it. */
export function chart({ id, title, unit, curves, heat }: Chart): Markup {
  if (heat !== undefined) return heatChart({ id, title, unit }, heat);
  return html`<figure class="chart">
    <figcaption>
      <h3>${title} <small>${unit}</small></h3>
      <ul class="key">
        ${curves.map((curve) => {
          const rest = curve.max === null ? 'no reading' : `max ${formatNumber(curve.max)}`;
          return html`<li>
            ${swatch(curve)}${curve.label}
            <output data-rest="${rest}">${rest}</output>
          </li>`;
        })}
      </ul>
    </figcaption>
    <div class="plot" id="${id}" role="img" aria-label="${summary(title, unit, curves)}"></div>
  </figure>`;
}

function heatChart({ id, title, unit }: Pick<Chart, 'id' | 'title' | 'unit'>, heat: Heat): Markup {
  const rest = `slowest ${heat.slowest}`;
  return html`<figure class="chart">
    <figcaption>
      <h3>${title} <small>${unit}, how many had which</small></h3>
      <ul class="key">
        <li>
          few <i class="heat" aria-hidden="true"></i> many
          <output data-rest="${rest}">${rest}</output>
        </li>
      </ul>
    </figcaption>
    <div class="plot" id="${id}" role="img" aria-label="${title} over time: ${heat.summary}."></div>
  </figure>`;
}

function swatch({ color, dash, width }: Chart['curves'][number]): Markup {
  return html`<svg class="sw s${color}" viewBox="0 0 26 6" aria-hidden="true">
    <path d="M0 3h26" stroke-width="${width + 0.5}" stroke-dasharray="${dash.join(' ')}" />
  </svg>`;
}

/** What the curve shows, in words, for screen readers. */
function summary(title: string, unit: string, curves: Chart['curves']): string {
  const each = curves.map(({ label, max, last }) =>
    max === null || last === null
      ? `${label}: no reading`
      : `${label}: at most ${formatNumber(max)}, ${formatNumber(last)} at the end`,
  );
  return `${title} over time, in ${unit}. ${each.join('; ')}.`;
}

function laneGroups(lanes: readonly Lane[]): Markup[] {
  const kinds = [...new Set(lanes.map((lane) => lane.kind))];
  return kinds.map((kind) => {
    const group = lanes.filter((lane) => lane.kind === kind);
    return html`<section class="lanes" aria-label="${spelledOut(kind)}">
      <h3>${spelledOut(kind)}</h3>
      ${group.map(laneRow)}
    </section>`;
  });
}

function laneRow(lane: Lane): Markup {
  const name = lane.label.startsWith(`${lane.kind} `) ? lane.label.slice(lane.kind.length + 1) : lane.label;
  return html`<div class="lane-row">
    <p class="lane-name">${name} <output></output></p>
    <ol class="track lane" aria-label="${lane.label}">
      ${lane.segments.map(
        ({ from, to, state, tone }) =>
          html`<li
            class="seg tone-${tone}"
            data-from="${from}"
            data-to="${to}"
            title="${state ?? 'no reading'}, ${seconds(from)} to ${seconds(to)}"
          >
            ${state ?? 'no reading'}
          </li>`,
      )}
    </ol>
  </div>`;
}

function seconds(t: number): string {
  return `${(t / 1000).toFixed(1)} s`;
}
