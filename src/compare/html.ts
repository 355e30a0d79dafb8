import { livePage } from '../report/html.ts';
import { html, type Markup } from '../report/html/markup.ts';
import { badge, shape, VERDICT_NAMES } from '../report/html/sections/badge.ts';
import { chart } from '../report/html/sections/score.ts';
import { section, table } from '../report/html/sections/table.ts';
import { counted } from '../report/text.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ratioText } from './compare.ts';
import type {
  Comparison,
  Difference,
  ExperimentComparison,
  MetricRow,
  NamedRun,
  RunGroup,
} from './comparison.ts';
import { overlayOf, type Overlay } from './curves.ts';
import { CALL_WORDS, chanceText, spreadText } from './text.ts';

/** Where the report of a run is, seen from the page; null when it is not to be linked. */
export type LinkOf = (runId: string) => string | null;

/**
 * A comparison as one self-contained page. Only one timeline can be alive on a page, so curves are drawn for the
 * first experiment; the tables are there for all.
 */
export function renderComparisonHtml(
  comparison: Comparison,
  runs: readonly NamedRun[],
  linkOf: LinkOf = () => null,
): string {
  const [first] = comparison.experiments;
  const overlay = first === undefined ? overlayOf([], 'chart') : curvesOf(first, runs);
  const parts = comparison.experiments.map((one, at) =>
    experimentPart(one, at === 0 ? overlay : null, linkOf, comparison.experiments.length > 1 ? `${at}-` : ''),
  );
  const content = html`<main>
    ${parts}
    <section>
      <h2>How differences are called</h2>
      <p>${comparison.test}</p>
    </section>
  </main>`;
  const names = comparison.experiments.map(({ experiment }) => experiment).join(', ');
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

function experimentPart(
  one: ExperimentComparison,
  overlay: Overlay | null,
  linkOf: LinkOf,
  prefix: string,
): Markup[] {
  return [
    html`<h1>${one.title}</h1>`,
    conclusion(one),
    section(`${prefix}groups`, 'Groups', [groupTable(one)]),
    ...(one.findings.length === 0 ? [] : [section(`${prefix}findings`, 'Findings', [findingTable(one)])]),
    ...(one.metrics.length === 0 ? [] : [section(`${prefix}figures`, 'Figures', metricTables(one))]),
    ...(overlay === null || overlay.charts.length === 0 ? [] : [timeline(overlay, prefix)]),
    section(`${prefix}runs`, 'Runs', [runTable(one, linkOf)]),
  ];
}

function conclusion({ groups, regressions, untold, metrics }: ExperimentComparison): Markup {
  const verdict: Verdict = regressions.length > 0 ? 'fail' : untold.length > 0 ? 'inconclusive' : 'pass';
  const words = { fail: 'Regression', inconclusive: 'Cannot tell', pass: 'No regression' }[verdict];
  const judged = metrics.filter(({ tolerance }) => tolerance !== undefined).length;
  const lines = [...regressions, ...untold];
  const [reference, ...others] = groups.map(({ id }) => id);
  const held = others.length === 0 ? reference : `${others.join(', ')} against ${reference ?? ''}`;
  return html`<section class="verdict v-${verdict}" aria-label="Comparison: ${words}">
    ${shape(verdict)}
    <div>
      <h2>${words}</h2>
      <p class="headline">
        ${held}; ${judged} of ${counted(metrics.length, 'figure')} judged: those with a tolerance.
      </p>
      ${
        lines.length > 0 &&
        html`<ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`
      }
    </div>
  </section>`;
}

function groupTable({ groups }: ExperimentComparison): Markup {
  const rows = groups.map((group) => {
    const verdicts = (Object.entries(group.verdicts) as [Verdict, number][]).map(
      ([verdict, n]) => html`${badge(verdict, `${n} ${VERDICT_NAMES[verdict].toLowerCase()}`)} `,
    );
    return [groupName(group), group.driver, group.runs.length, html`${verdicts}`];
  });
  return table('One version is one group', ['Group', 'Driver', 'Runs', 'Verdicts'], rows);
}

function runTable({ groups }: ExperimentComparison, linkOf: LinkOf): Markup {
  const rows = groups.flatMap((group) =>
    group.runs.map((run) => {
      const link = linkOf(run.runId);
      const name = run.name.split('/').at(-1) ?? run.name;
      const shown = link === null ? name : html`<a href="${link}">${name}</a>`;
      return [group.id, badge(run.verdict), shown, run.headline];
    }),
  );
  const all = table('Every run', ['Group', 'Verdict', 'Run', 'Why'], rows);
  return rows.length <= FEW_RUNS
    ? all
    : html`<details>
        <summary>All ${rows.length} runs</summary>
        ${all}
      </details>`;
}

const FEW_RUNS = 12;

function groupName({ id, baseline }: RunGroup): string {
  return baseline ? `${id} (the reference)` : id;
}

function findingTable({ findings, groups }: ExperimentComparison): Markup {
  const rows = findings.map(({ claim, outcome, statement, seen, appearedIn, wentIn }) => {
    const change = appearedIn.length > 0 ? 'appeared' : wentIn.length > 0 ? 'went' : 'stays';
    const verdict: Verdict = outcome === 'not-run' ? 'inconclusive' : outcome;
    const rates = groups.map(({ id, runs }) => `${seen[id] ?? 0} of ${runs.length}`);
    return [change, badge(verdict), html`${claim}<br /><small class="quiet">${statement}</small>`, ...rates];
  });
  return table(
    'Claims that did not hold, in how many runs',
    ['Change', 'Outcome', 'Claim', ...groups.map(({ id }) => id)],
    rows,
  );
}

const KINDS: readonly { kind: MetricRow['kind']; title: string }[] = [
  { kind: 'recovery', title: 'Recovery' },
  { kind: 'threshold', title: 'Thresholds' },
  { kind: 'catch-up', title: 'Catch-up after the last removal' },
  { kind: 'unavailability', title: 'Unavailability' },
  { kind: 'latency', title: 'Latency by phase' },
];

function metricTables({ metrics, groups }: ExperimentComparison): Markup[] {
  return KINDS.flatMap(({ kind, title }) => {
    const rows = metrics.filter((row) => row.kind === kind);
    if (rows.length === 0) return [];
    const cells = rows.map((row) => [
      row.label,
      ...groups.map(({ id }) => {
        const difference = row.differences.find(({ group }) => group === id);
        return html`${spreadText(row, id)}${difference !== undefined && differenceMark(difference)}`;
      }),
    ]);
    return [table(title, ['Figure', ...groups.map(({ id }) => id)], cells)];
  });
}

const TONES: Readonly<Partial<Record<Difference['call'], Verdict>>> = { worse: 'fail', better: 'pass' };

function differenceMark({ ratio, p, call, regression }: Difference): Markup | null {
  if (call === 'missing') return null;
  const words = `${ratioText(ratio)} ${regression ? 'regression' : CALL_WORDS[call]}${chanceText(p)}`;
  const tone = regression ? 'fail' : TONES[call];
  return tone === undefined
    ? html`<br /><small class="quiet">${words}</small>`
    : html`<br />${badge(tone, words)}`;
}

function timeline(overlay: Overlay, prefix: string): Markup {
  return section(`${prefix}curves`, 'Curves', [
    html`<p class="hint screen">
      Aligned at the moment of the first fault, which is 0 s; of repeated runs the median. Shaded: the
      reference's faults. Drag across to zoom; a double click shows the whole again.
    </p>`,
    html`<noscript
      ><p class="hint">The curves need JavaScript; everything else on this page does not.</p></noscript
    >`,
    html`<div id="score" role="group" aria-label="Curves aligned at the fault">
      <div id="selection" hidden></div>
      <div id="cursor" hidden></div>
      <div class="score-head">
        <div class="row">
          <span class="row-name" id="readout"></span>
          <div class="ruler" id="ruler"></div>
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
