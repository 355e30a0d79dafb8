import Table from 'cli-table3';
import { paintFor, paintVerdict, SIGNS, type Paint } from '../report/paint.ts';
import { clip, counted, printable, wrap } from '../report/text.ts';
import { formatDuration } from '../support/units.ts';
import { ratioText } from './compare.ts';
import type {
  Call,
  Comparison,
  Difference,
  ExperimentComparison,
  MetricRow,
  RunGroup,
} from './comparison.ts';

export interface ComparisonTextOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

export const CALL_WORDS: Readonly<Record<Call, string>> = {
  worse: 'worse',
  better: 'better',
  alike: 'no difference seen',
  'too-few': 'too few runs',
  'seen-once': 'seen once',
  missing: '',
};

/** A comparison for the terminal: verdicts, findings, figures, and what it comes to. */
export function renderComparison(comparison: Comparison, options: ComparisonTextOptions): string {
  const paint = paintFor(options.color);
  const parts = comparison.experiments.map((one) => experimentText(one, options.width, paint));
  return `${parts.join('\n\n')}\n\n${paint.dim(wrap(comparison.test, options.width).join('\n'))}\n`;
}

function experimentText(one: ExperimentComparison, width: number, paint: Paint): string {
  return [
    paint.bold(printable(`${one.experiment}: ${one.title}`)),
    ...one.groups.map((group) => `  ${groupText(group, paint)}`),
    ...findingLines(one, paint),
    metricTable(one, width, paint),
    ...conclusion(one, paint),
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

/** Latencies by phase are many: those that differ are shown. */
export function worthShowing({ kind, differences }: MetricRow): boolean {
  if (kind !== 'latency') return true;
  return differences.some(({ call }) => call === 'worse' || call === 'better');
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
        ...(difference === undefined ? [] : differenceLines(difference, rest - 2, paint)),
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

/** The median, and the range about it; none for a single run. */
export function spreadParts(
  { unit, spreads }: MetricRow,
  group: string,
): { median: string; range: string | null } {
  const spread = spreads[group];
  if (spread === undefined) return { median: '–', range: null };
  const median = quantity(spread.median, unit);
  if (spread.n === 1) return { median, range: null };
  const range = `${quantity(spread.low, unit)} – ${quantity(spread.high, unit)}`;
  return { median, range: `${range}, ${Math.floor(spread.coverage * 1000) / 10}%` };
}

function quantity(value: number, unit: MetricRow['unit']): string {
  if (!Number.isFinite(value)) return 'never';
  return unit === 'ms' ? formatDuration(value) : `${Number((value * 100).toPrecision(3))}%`;
}

function differenceLines(difference: Difference, width: number, paint: Paint): string[] {
  const { ratio, p, call, regression } = difference;
  if (call === 'missing') return [];
  const text = `${ratioText(ratio)} ${regression ? 'REGRESSION' : CALL_WORDS[call]}${chanceText(p)}`;
  // Each line by itself: a colour that goes on over a border would colour the next column.
  return wrap(text, width).map((line) => {
    if (regression || call === 'worse') return paint.bad(line);
    return call === 'better' ? paint.good(line) : line;
  });
}

export function chanceText(p: number | null): string {
  if (p === null) return '';
  return `, p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`;
}

function conclusion({ groups, regressions, untold, metrics }: ExperimentComparison, paint: Paint): string[] {
  if (groups.length < 2) return ['  only one group: there is nothing to hold it against'];
  const judged = metrics.filter(({ tolerance }) => tolerance !== undefined).length;
  const scope = `${counted(judged, 'figure')} with a tolerance judged, of ${metrics.length}`;
  const lines = regressions.map((text) => paint.bad(`  regression: ${printable(text)}`));
  const doubts = untold.map((text) => paint.doubtful(`  cannot tell: ${printable(text)}`));
  if (lines.length + doubts.length === 0) return [paint.good(`  no regression (${scope})`)];
  return [...lines, ...doubts, `  (${scope})`];
}
