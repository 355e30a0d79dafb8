import { html, type Markup } from '../report/html/markup.ts';
import { badge, VERDICT_NAMES } from '../report/html/sections/badge.ts';
import { table } from '../report/html/sections/table.ts';
import { counted } from '../report/text.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Difference, ExperimentComparison, MetricRow, RunGroup } from './comparison.ts';
import { ratioText } from './quantity.ts';
import { chanceText, spreadParts, worthShowing } from './text.ts';
import { callText } from './words.ts';

/** The path of a run's report, seen from the page; null when it is not linked. */
export type LinkOf = (runId: string) => string | null;

export function groupTable({ groups }: ExperimentComparison): Markup {
  const rows = groups.map((group) => {
    const verdicts = (Object.entries(group.verdicts) as [Verdict, number][]).map(
      ([verdict, n]) => html`${badge(verdict, `${n} ${VERDICT_NAMES[verdict].toLowerCase()}`)} `,
    );
    return [groupName(group), group.driver, group.runs.length, html`${verdicts}`];
  });
  return table('One version is one group', ['Group', 'Driver', 'Runs', 'Verdicts'], rows);
}

export function runTable({ groups }: ExperimentComparison, linkOf: LinkOf): Markup {
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

export function findingTable({ findings, groups }: ExperimentComparison): Markup {
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

/** Each group's median, with the range that holds the true one; figures that are many and do not differ are folded. */
export function metricTables({ metrics, groups }: ExperimentComparison): Markup[] {
  const heads = ['Figure', ...groups.map(({ id }) => id)];
  const tableOf = (title: string, rows: readonly MetricRow[]): Markup =>
    table(
      title,
      heads,
      rows.map((row) => [row.label, ...groups.map(({ id }) => figureCell(row, id))]),
    );
  const hint = html`<p class="hint">
    The median of each group, and of latencies the figure of all its runs together; beside it the range that
    holds the true median, with its probability. Lower is better.
  </p>`;
  const tables = KINDS.flatMap(({ kind, title }) => {
    const rows = metrics.filter((row) => row.kind === kind);
    const shown = rows.filter(worthShowing);
    const alike = rows.filter((row) => !worthShowing(row));
    return [
      ...(shown.length === 0 ? [] : [tableOf(title, shown)]),
      ...(alike.length === 0
        ? []
        : [
            html`<details>
              <summary>${title}: ${counted(alike.length, 'figure')} without a difference</summary>
              ${tableOf(title, alike)}
            </details>`,
          ]),
    ];
  });
  return [hint, ...tables];
}

function figureCell(row: MetricRow, group: string): Markup {
  const { median, range } = spreadParts(row, group);
  const difference = row.differences.find((one) => one.group === group);
  return html`<b>${median}</b
    >${range !== null && html` <small class="quiet range">${range}</small>`}${difference !== undefined && differenceMark(row, difference)}`;
}

const TONES: Readonly<Partial<Record<Difference['call'], Verdict>>> = { worse: 'fail', better: 'pass' };

function differenceMark(row: MetricRow, difference: Difference): Markup | null {
  const { ratio, p, call, regression } = difference;
  if (call === 'missing') return null;
  const words = `${ratioText(ratio)} ${callText(row, difference)}${chanceText(p)}`;
  const tone = regression ? 'fail' : TONES[call];
  return tone === undefined
    ? html`<br /><small class="quiet">${words}</small>`
    : html`<br />${badge(tone, words)}`;
}
