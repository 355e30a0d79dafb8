import { formatDuration } from '../../../support/units.ts';
import { SERVER_CRASH } from '../../../verdict/server-crash.ts';
import type { SavedRun } from '../../schema.ts';
import { outcomeVerdict } from '../../summary-rows.ts';
import { formatNumber } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { circumstancesText } from '../../circumstances-text.ts';
import { badge } from './badge.ts';
import { budgetStrip } from './budget.ts';
import { overTimeStrip } from './over-time.ts';
import { facts, section, table, type Section } from './table.ts';

type Result = SavedRun['steadyState']['before'][number];

const HEADS = ['Outcome', 'Probe', 'Condition', 'Observed', 'Readings'];

/** The steady state, tested twice. */
export function steadyState({ steadyState: { before, after } }: SavedRun): Section | null {
  if (before.length + after.length === 0) return null;
  const part = (caption: string, results: readonly Result[]): Markup =>
    results.length === 0
      ? html`<p class="quiet">${caption}: not tested.</p>`
      : table(caption, HEADS, results.map(resultRow));
  return section('steady-state', 'Steady state', [
    part('Before the method', before),
    part('After the method', after),
  ]);
}

export function expectations({ phases }: SavedRun): Section | null {
  const tables = phases
    .filter((phase) => phase.expectations.length > 0)
    .map((phase) => table(`During ${phase.name}`, HEADS, phase.expectations.map(resultRow)));
  return tables.length === 0 ? null : section('expectations', 'Expectations', tables);
}

function resultRow(result: Result) {
  return [
    badge(outcomeVerdict(result.outcome), result.outcome),
    html`<code>${result.probe}</code>`,
    result.condition,
    result.statement,
    formatNumber(result.readings),
  ];
}

/** The findings of the checks: problems first, open and over the full width. */
export function findings({ findings: all, durationMs }: SavedRun): Section | null {
  if (all.length === 0) return null;
  const of = (verdict: (typeof all)[number]['verdict']) => all.filter((one) => one.verdict === verdict);
  const passed = of('pass');
  const card = (one: (typeof all)[number]): Markup => finding(one, durationMs);
  return section('findings', 'Findings', [
    ...[...of('fail'), ...of('inconclusive')].map(card),
    passed.length > 0 && html`<div class="cards">${passed.map(card)}</div>`,
  ]);
}

function finding(found: SavedRun['findings'][number], durationMs: number): Markup {
  const counts = Object.entries(found.counts).map(([name, n]) => [inWords(name), formatNumber(n)] as const);
  return html`<article class="card v-${found.verdict}">
    <h3>${badge(found.verdict)} ${found.check} <small>${found.subject}</small></h3>
    <p>${found.statement}</p>
    ${counts.length > 0 && facts(counts)} ${found.budgets?.map((budget) => budgetStrip(budget, durationMs))}
    ${found.overTime !== undefined && overTimeStrip(found.overTime, durationMs)}
    ${found.examples.length > 0 && (found.check === SERVER_CRASH ? lastLines(found) : examples(found))}
  </article>`;
}

/** `first deliveries` for `firstDeliveries`; addresses stay as they are. */
function inWords(name: string): string {
  return /^[a-z]+([A-Z][a-z]+)+$/.test(name) ? name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`) : name;
}

/** The last lines that a server printed, unchanged. */
function lastLines({ examples: all, verdict }: SavedRun['findings'][number]): Markup {
  const text = all.map((example) => example.text).join('\n');
  return html`<details${verdict === 'fail' && html` open`}><summary>Its last lines</summary><pre>${text}</pre></details>`;
}

function examples({ examples: all, verdict }: SavedRun['findings'][number]): Markup {
  const rows = all.map(({ stream, consumer, seq, id, text, circumstances }) => [
    seq === undefined ? '–' : String(seq),
    html`<code>${consumer ?? stream ?? '–'}</code>`,
    html`<code>${id ?? '–'}</code>`,
    text,
    circumstancesText(circumstances),
  ]);
  const title = `${all.length} example${all.length === 1 ? '' : 's'}, the lowest sequences first`;
  return html`<details${verdict === 'fail' && html` open`}><summary>${title}</summary>${table('Examples', ['Sequence', 'Where', 'Message', 'What', 'Circumstances'], rows)}</details>`;
}

export function thresholds({ thresholds: all }: SavedRun): Section | null {
  if (all.length === 0) return null;
  const show = (value: number | null, unit: 'ms' | 'ratio'): string => {
    if (value === null) return '–';
    return unit === 'ms' ? formatDuration(value) : `${Number((value * 100).toPrecision(3))}%`;
  };
  const rows = all.map((threshold) => [
    badge(outcomeVerdict(threshold.outcome), threshold.outcome),
    html`<span class="word">${threshold.metric}</span>`,
    threshold.subject,
    show(threshold.measured, threshold.unit),
    show(threshold.limit, threshold.unit),
    threshold.statement,
  ]);
  const heads = ['Outcome', 'Metric', 'Of', 'Measured', 'Limit', 'Observed'];
  return section('thresholds', 'Thresholds', [table('Limits and what was measured', heads, rows)]);
}
