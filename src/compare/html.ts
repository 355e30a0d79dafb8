import { livePage } from '../report/html.ts';
import { html } from '../report/html/markup.ts';
import { chart } from '../report/html/sections/score.ts';
import { contents, section, type Section } from '../report/html/sections/table.ts';
import type { Comparison, ExperimentComparison, NamedRun } from './comparison.ts';
import { overlayOf, type Overlay } from './curves.ts';
import { experimentHead, pageHead } from './page-head.ts';
import { findingTable, groupTable, metricTables, runTable, type LinkOf } from './page-tables.ts';

/**
 * A comparison as one self-contained page. Only one timeline can be alive on a page, so curves are drawn for the
 * first experiment; the tables are there for all.
 */
export function renderComparisonHtml(
  comparison: Comparison,
  runs: readonly NamedRun[],
  linkOf: LinkOf = () => null,
): string {
  const { experiments } = comparison;
  const [first] = experiments;
  const overlay = first === undefined ? overlayOf([], 'chart') : curvesOf(first, runs);
  const isOne = experiments.length === 1;
  const parts = experiments.map((one, at) => ({
    one,
    sections: sectionsOf(one, at === 0 ? overlay : null, linkOf, isOne ? '' : `${at}-`),
  }));
  const called = section('calls', 'How differences are called', [html`<p>${comparison.test}</p>`]);
  const shown = parts.map(({ one, sections }) => (isOne ? sections : [experimentHead(one), ...sections]));
  const listed = isOne ? contents([...(parts[0]?.sections ?? []), called]) : null;
  const content = html`${pageHead(experiments)} ${listed}
    <main>${shown} ${called}</main>`;
  const names = experiments.map(({ experiment }) => experiment).join(', ');
  const { from, to, windows, boundaries, charts } = overlay;
  const curves = charts.map(({ id, curves: all }) => ({ id, fromZero: true, curves: all }));
  return livePage(`Comparison: ${names}`, content.text, { from, to, windows, boundaries, charts: curves });
}

function curvesOf(one: ExperimentComparison, runs: readonly NamedRun[]): Overlay {
  const byId = new Map(runs.map((run) => [run.saved.runId, run]));
  const groups = one.groups.map(({ id, runs: listed }) => ({
    id,
    runs: listed.flatMap(({ runId }) => byId.get(runId) ?? []),
  }));
  return overlayOf(groups, 'chart');
}

function sectionsOf(
  one: ExperimentComparison,
  overlay: Overlay | null,
  linkOf: LinkOf,
  prefix: string,
): Section[] {
  return [
    section(`${prefix}groups`, 'Groups', [groupTable(one)]),
    ...(one.findings.length === 0 ? [] : [section(`${prefix}findings`, 'Findings', [findingTable(one)])]),
    ...(one.metrics.length === 0 ? [] : [section(`${prefix}figures`, 'Figures', metricTables(one))]),
    ...(overlay === null || overlay.charts.length === 0 ? [] : [timeline(overlay, prefix)]),
    section(`${prefix}runs`, 'Runs', [runTable(one, linkOf)]),
  ];
}

function timeline(overlay: Overlay, prefix: string): Section {
  return section(`${prefix}curves`, 'Curves', [
    html`<p class="hint screen">
      Aligned at the moment of the first fault, which is 0 s; of repeated runs the median. Shaded: the
      reference's faults. Drag across to zoom; a double click shows the whole again. With keys:
      <kbd>←</kbd> <kbd>→</kbd> move, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>Esc</kbd> shows all.
    </p>`,
    html`<noscript
      ><p class="hint">The curves need JavaScript; everything else on this page does not.</p></noscript
    >`,
    html`<div id="score" role="group" tabindex="0" aria-label="Curves aligned at the fault">
      <p id="spoken" class="sr" aria-live="polite"></p>
      <div id="selection" hidden></div>
      <div id="cursor" hidden></div>
      <div class="score-head">
        <div class="row">
          <span class="row-name" id="readout"></span>
          <div class="ruler" id="ruler" aria-hidden="true"></div>
        </div>
        <div class="row tools">
          <span></span>
          <div><span></span><button type="button" id="whole" hidden>Show the whole</button></div>
        </div>
      </div>
      ${overlay.charts.map(chart)}
    </div>`,
  ]);
}
