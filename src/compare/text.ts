import Table from 'cli-table3';
import { paintFor, paintVerdict, SIGNS, type Paint } from '../report/paint.ts';
import { clip, counted, printable, wrap } from '../report/text.ts';
import type { Comparison, Difference, ExperimentComparison, MetricRow, RunGroup } from './comparison.ts';
import { quantity, ratioText } from './quantity.ts';
import { centreOf } from './statistics.ts';
import {
  callText,
  leftOutWords,
  NOTHING,
  notesOf,
  OUTCOME_NAMES,
  OUTCOME_SIGNS,
  scopeWords,
  toleranceWords,
} from './words.ts';

export interface ComparisonTextOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** A comparison for the terminal: its outcome, verdicts, findings and figures. */
export function renderComparison(comparison: Comparison, options: ComparisonTextOptions): string {
  const paint = paintFor(options.color);
  const { experiments, tolerance, leftOut } = comparison;
  const parts = [
    ...(experiments.length === 0 ? [NOTHING] : []),
    ...experiments.map((one) => experimentText(one, tolerance, options.width, paint)),
    ...(leftOut.length === 0 ? [] : [printable(leftOutWords(leftOut))]),
  ];
  return `${parts.join('\n\n')}\n\n${paint.dim(wrap(comparison.test, options.width).join('\n'))}\n`;
}

function experimentText(
  one: ExperimentComparison,
  tolerance: number | undefined,
  width: number,
  paint: Paint,
): string {
  return [
    paint.bold(printable(`${one.experiment}: ${one.title}`)),
    ...conclusion(one, paint),
    ...one.groups.map((group) => `  ${groupText(group, paint)}`),
    ...findingLines(one, paint),
    metricTable(one, width, paint),
    ...toleranceLines(one, tolerance, width, paint),
  ].join('\n');
}

function groupText(group: RunGroup, paint: Paint): string {
  const verdicts = (Object.entries(group.verdicts) as [keyof typeof SIGNS, number][]).map(([verdict, n]) =>
    paintVerdict(paint, verdict, `${SIGNS[verdict]} ${n} ${verdict}`),
  );
  const role = group.baseline ? ' (the reference)' : '';
  return `${printable(group.id)}${role}: ${counted(group.runs.length, 'run')}: ${verdicts.join(', ')}`;
}

const MAX_FINDINGS = 20;

function findingLines({ findings, groups }: ExperimentComparison, paint: Paint): string[] {
  const lines = findings
    .slice(0, MAX_FINDINGS)
    .map(({ claim, statement, seen, appearedIn, wentIn, outcome }) => {
      const rates = groups.map(({ id, runs }) => `${id} ${seen[id] ?? 0}/${runs.length}`).join(', ');
      const change =
        appearedIn.length > 0 ? paint.bad('appeared') : wentIn.length > 0 ? paint.good('went') : 'stays';
      return `  ${change}  ${outcome}: ${printable(claim)} (${printable(rates)}): ${clip(printable(statement), 200)}`;
    });
  const more = findings.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${counted(more, 'more finding')}`] : [])];
}

/** Latencies by phase are many: only those that differ are shown. */
export function worthShowing({ kind, differences }: MetricRow): boolean {
  return kind !== 'latency' || differences.some(({ notable, regression }) => regression || notable !== null);
}

function metricTable({ metrics, groups }: ExperimentComparison, width: number, paint: Paint): string {
  const shown = metrics.filter(worthShowing);
  if (shown.length === 0) return '  there is no figure to compare';
  const columns = groups.length;
  const rest = Math.max(28, Math.floor((Math.min(width, 180) - 2 * columns - 2) / (columns + 1)));
  const fit = (text: string): string => wrap(printable(text), rest - 2).join('\n');
  const table = new Table({
    head: ['', ...groups.map(({ id }) => fit(id))].map((text) => paint.dim(text)),
    colWidths: Array.from({ length: columns + 1 }, () => rest),
    style: { head: [], border: [], compact: true },
  });
  for (const row of shown) {
    const cells = groups.map(({ id }) => {
      const difference = row.differences.find(({ group }) => group === id);
      const spread = wrap(spreadText(row, id), rest - 2);
      return [
        ...spread,
        ...(difference === undefined ? [] : differenceLines(row, difference, rest - 2, paint)),
      ].join('\n');
    });
    table.push([fit(row.label), ...cells]);
  }
  const left = metrics.length - shown.length;
  return `${table.toString()}${left > 0 ? `\n  ${left} latencies without a difference in --html and --json` : ''}`;
}

/** `1.41 s [1.2 s – 1.6 s, 94%]`. */
export function spreadText(row: MetricRow, group: string): string {
  const { median, range } = spreadParts(row, group);
  return range === null ? median : `${median} [${range}]`;
}

/** The figure of the group, and the range of its median; no range for a single run. */
export function spreadParts(
  { unit, spreads, neverLost }: MetricRow,
  group: string,
): { median: string; range: string | null } {
  const spread = spreads[group];
  const unlost = neverLost?.[group] ?? 0;
  if (spread === undefined) return { median: unlost > 0 ? 'never lost' : '–', range: null };
  const median = quantity(centreOf(spread), unit);
  const range = `${quantity(spread.low, unit)} – ${quantity(spread.high, unit)}`;
  const parts = [
    ...(spread.n === 1 ? [] : [`${range}, ${Math.floor(spread.coverage * 1000) / 10}%`]),
    ...(unlost === 0 ? [] : [`never lost in ${unlost} of ${spread.n + unlost}`]),
  ];
  return { median, range: parts.length === 0 ? null : parts.join('; ') };
}

function differenceLines(row: MetricRow, difference: Difference, width: number, paint: Paint): string[] {
  const { ratio, p, call, regression, notable } = difference;
  if (call === 'missing') return [];
  const word = callText(row, difference);
  const text = `${ratioText(ratio)} ${regression ? word.toUpperCase() : word}${chanceText(p)}`;
  // Each line is coloured by itself: a colour that continues over a border would colour the next column.
  return wrap(text, width).map((line) => {
    if (regression || call === 'worse') return paint.bad(line);
    if (call === 'better') return paint.good(line);
    return notable === null ? line : paint.caution(line);
  });
}

export function chanceText(p: number | null): string {
  if (p === null) return '';
  return `, p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`;
}

/** The outcome, and the notes for the reader: differences, and what to do so that it is judged. */
function conclusion(one: ExperimentComparison, paint: Paint): string[] {
  const tone = (line: string): string => {
    if (one.outcome === 'not-judged') return paint.dim(line);
    return one.outcome === 'regression' ? paint.bad(line) : paint.good(line);
  };
  const head = `${OUTCOME_SIGNS[one.outcome]} ${OUTCOME_NAMES[one.outcome].toUpperCase()}: ${scopeWords(one)}`;
  return [
    tone(`  ${printable(head)}`),
    ...notesOf(one).map(({ kind, text, command }) => {
      const line = `  ${kind}: ${clip(printable(text), 300)}${command === undefined ? '' : `: ${printable(command)}`}`;
      if (kind === 'regression') return paint.bad(line);
      return kind === 'differs' ? paint.caution(line) : line;
    }),
  ];
}

function toleranceLines(
  one: ExperimentComparison,
  tolerance: number | undefined,
  width: number,
  paint: Paint,
): string[] {
  const words = toleranceWords(one, tolerance);
  return words === null ? [] : wrap(words, width - 2).map((line) => paint.dim(`  ${line}`));
}
