import Table from 'cli-table3';
import { formatDuration } from '../support/units.ts';
import { expectedText } from './expected-text.ts';
import { loggedErrors } from './known-errors.ts';
import { paintFor, paintVerdict, SIGNS, type Paint } from './paint.ts';
import type { SavedRun } from './schema.ts';
import { summaryRows, type SummaryRow } from './summary-rows.ts';
import { besideText, clip, counted, printable, wrap } from './text.ts';
import { whatToDo } from './what-to-do.ts';

export interface SummaryOptions {
  color: boolean;
  /** Columns of the terminal; 0 where it does not know them, such as that of a command in a container. */
  width: number;
  /** No box-drawing characters: for logs and pipes. */
  plain?: boolean;
  /** Where the report is; the last line. */
  folder?: string;
}

const USUAL_WIDTH = 80;

/** The summary after a run: what was done and found, the verdict and its reasons, the path of the report. */
export function renderSummary(saved: SavedRun, given: SummaryOptions): string {
  const options = { ...given, width: given.width || USUAL_WIDTH };
  const paint = paintFor(options.color);
  const rows = summaryRows(saved);
  const body = options.plain === true ? plainRows(rows) : table(rows, options.width, paint);
  return `${[...body, '', ...verdictLines(saved, options, paint), ...closing(saved, options, paint)].join('\n')}\n`;
}

function plainRows(rows: readonly SummaryRow[]): string[] {
  return rows.map(
    (row) => `${row.what.padEnd(12)} ${row.outcome.padEnd(14)} ${row.subject}: ${row.statement}`,
  );
}

const FIXED_COLUMNS = [14, 18] as const;

function table(rows: readonly SummaryRow[], width: number, paint: Paint): string[] {
  // Four columns have five borders.
  const rest = Math.max(40, Math.min(width, 160) - FIXED_COLUMNS[0] - FIXED_COLUMNS[1] - 5);
  const subject = Math.floor(rest * 0.36);
  // Wrapped here, because the table's own wrapping breaks words. Two columns are padding.
  const fit = (text: string, column: number): string => wrap(text, column - 2).join('\n');
  const table = new Table({
    head: ['', 'outcome', 'what', 'seen'].map((text) => paint.dim(text)),
    colWidths: [...FIXED_COLUMNS, subject, rest - subject],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const outcome = paintVerdict(paint, row.verdict, `${SIGNS[row.verdict]} ${row.outcome}`);
    table.push([row.what, outcome, fit(row.subject, subject), fit(row.statement, rest - subject)]);
  }
  return table.toString().split('\n');
}

function verdictLines(saved: SavedRun, options: SummaryOptions, paint: Paint): string[] {
  // Logs are searched line by line, so only a terminal gets wrapped lines.
  const fit = (text: string): string =>
    options.plain === true
      ? `  ${text}`
      : wrap(text, options.width - 4)
          .map((part) => `  ${part}`)
          .join('\n');
  const expected = expectedText(saved);
  const badge = `${SIGNS[saved.verdict]} ${saved.verdict.toUpperCase()}`;
  const lines = [
    `${paint.bold(paintVerdict(paint, saved.verdict, badge))}  ${printable(saved.experiment.title)}`,
    fit(printable(saved.headline)),
    ...(expected === null ? [] : [fit(printable(expected))]),
  ];
  const others = saved.reasons.slice(1, 10);
  lines.push(...others.map((reason) => fit(`${reason.verdict}: ${clip(printable(reason.text), 400)}`)));
  const more = saved.reasons.length - 1 - others.length;
  if (more > 0) lines.push(`  ${counted(more, 'more reason')} in the report`);
  if (saved.verdict !== 'pass') lines.push(...explainedLines(saved).map(fit));
  return lines;
}

/** More of them are in the report alone. */
const MAX_EXPLAINED = 3;

/** Errors in the servers' logs that many users meet, and what to do about each. */
function explainedLines(saved: SavedRun): string[] {
  return loggedErrors(saved)
    .slice(0, MAX_EXPLAINED)
    .map(({ node, text, explanation }) => `${node} logged "${clip(printable(text), 160)}": ${explanation}`);
}

function closing(saved: SavedRun, options: SummaryOptions, paint: Paint): string[] {
  const server = saved.versions['nats-server'];
  const facts = [
    ...(server === undefined ? [] : [`nats-server ${server}`]),
    `driver ${saved.driver}`,
    `seed ${saved.seed}`,
    formatDuration(saved.durationMs),
    ...(saved.beside === undefined ? [] : [besideText(saved.beside)]),
  ];
  const lines = [paint.dim(`  ${printable(facts.join(' · '))}`)];
  if (saved.kept !== undefined) {
    const { urls, folder } = saved.kept;
    lines.push(`  left running: ${printable(urls.join(', '))} (files in ${printable(folder)})`);
  }
  const todo = whatToDo(saved, options.folder ?? saved.runId);
  if (todo !== null) lines.push(`  ${printable(todo)}`);
  if (options.folder !== undefined) lines.push('', `  report: ${options.folder}`);
  return lines;
}
