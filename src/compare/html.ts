import { livePage } from '../report/html.ts';
import { html } from '../report/html/markup.ts';
import type { PageData } from '../report/html/model/page-data.ts';
import { scoreHead } from '../report/html/sections/score-head.ts';
import { chart } from '../report/html/sections/score.ts';
import { contents, section, type Section } from '../report/html/sections/table.ts';
import { timelineBox } from '../report/html/sections/timeline-box.ts';
import { counted } from '../report/text.ts';
import type { Comparison, ExperimentComparison, NamedRun } from './comparison.ts';
import { overlayOf, PAGE_POINTS, type Overlay } from './curves.ts';
import { experimentHead, pageHead } from './page-head.ts';
import { findingTable, groupTable, metricTables, runTable, type LinkOf } from './page-tables.ts';
import { OUTCOME_NAMES } from './words.ts';

/** A comparison as one self-contained page: for each experiment its outcome, its tables and its curves. */
export function renderComparisonHtml(
  comparison: Comparison,
  runs: readonly NamedRun[],
  linkOf: LinkOf = () => null,
): string {
  const { experiments } = comparison;
  const isOne = experiments.length === 1;
  const parts = experiments.map((one, at) => {
    const prefix = isOne ? '' : `${at}-`;
    const overlay = overlayOf(groupsOf(one, runs), `${prefix}chart`, PAGE_POINTS / experiments.length);
    return { one, overlay, prefix, sections: sectionsOf(one, overlay, linkOf, prefix) };
  });
  const called = section('calls', 'How differences are judged', [html`<p>${comparison.test}</p>`]);
  const shown = parts.map(({ one, sections }) =>
    isOne ? sections : [experimentHead(one, comparison), ...sections],
  );
  const listed = isOne ? contents([...(parts[0]?.sections ?? []), called]) : null;
  const content = html`${pageHead(comparison)} ${listed}
    <main>${shown} ${called}</main>`;
  const names = experiments.map(({ experiment }) => experiment).join(', ');
  const outcome = OUTCOME_NAMES[comparison.outcome];
  return livePage(`${outcome}: comparison of ${names || 'nothing'}`, content.text, parts.map(dataOf));
}

function groupsOf({ groups }: ExperimentComparison, runs: readonly NamedRun[]) {
  const byId = new Map(runs.map((run) => [run.saved.runId, run]));
  return groups.map(({ id, runs: listed }) => ({
    id,
    runs: listed.flatMap(({ runId }) => byId.get(runId) ?? []),
  }));
}

function sectionsOf(one: ExperimentComparison, overlay: Overlay, linkOf: LinkOf, prefix: string): Section[] {
  return [
    section(`${prefix}groups`, 'Groups', [groupTable(one)]),
    ...(one.findings.length === 0 ? [] : [section(`${prefix}findings`, 'Findings', [findingTable(one)])]),
    ...(one.metrics.length === 0 ? [] : [section(`${prefix}figures`, 'Figures', metricTables(one))]),
    ...(overlay.charts.length === 0 ? [] : [timeline(one, overlay, prefix)]),
    section(`${prefix}runs`, 'Runs', [runTable(one, linkOf)]),
  ];
}

function scoreId(prefix: string): string {
  return `${prefix}score`;
}

function timeline({ experiment }: ExperimentComparison, overlay: Overlay, prefix: string): Section {
  const { windows, bands, charts } = overlay;
  const zero = windows.length > 0 ? 'at the moment of the first fault' : 'at the beginning of the method';
  const hint = html`Aligned ${zero}, which is 0 s; of repeated runs the median. Bands and shades are the
  phases and faults of the reference.${leftOut(overlay)} Drag across to zoom, choose a phase to zoom to it; a
  double click shows the whole again.`;
  const content = html`${bands !== null && scoreHead(bands, overlay)} ${charts.map(chart)}`;
  const box = { id: scoreId(prefix), label: `Curves of ${experiment}, aligned ${zero}`, hint };
  return section(`${prefix}curves`, 'Curves', timelineBox(box, content));
}

/** Says in words that charts are missing, so that nobody takes the drawn ones for all. */
function leftOut({ left: { charts, groups } }: Overlay): string {
  const parts = [
    ...(charts === 0 ? [] : [counted(charts, 'more chart')]),
    ...(groups === 0 ? [] : [`the curves of ${counted(groups, 'more group')}`]),
  ];
  return parts.length === 0 ? '' : ` Left out to keep the page small: ${parts.join(', ')}.`;
}

function dataOf({ overlay, prefix }: { overlay: Overlay; prefix: string }): PageData {
  const { from, to, windows, boundaries, charts } = overlay;
  return {
    id: scoreId(prefix),
    from,
    to,
    windows,
    boundaries,
    charts: charts.map(({ id, curves }) => ({
      id,
      fromZero: true,
      curves: curves.map(({ t, v, color, dash, width }) => ({ t, v, color, dash, width })),
    })),
  };
}
