import { codeBlock, inline, markdownTable } from '../report/forms/markdown-text.ts';
import { leftOutLines } from '../report/left-out.ts';
import { SIGNS } from '../report/paint.ts';
import { clip, counted } from '../report/text.ts';
import { shellWord } from '../support/shell.ts';
import { formatDuration } from '../support/units.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { cellOf, outcomeOf } from './cells.ts';
import type { Matrix } from './matrix.ts';
import { cellNotes, cellSign, cellWords, isGoingOn, outcomeWords } from './words.ts';

/** A reader takes in no more of them. */
const MAX_LISTED = 30;

/** The text above the grid. */
export interface SummaryHead {
  /** `matrix of 2 experiments`, `nightly run 2026-11-26T020000Z`. */
  what: string;
  verdict: Verdict;
  /** One sentence. */
  headline: string;
  /** Further sentences, one list item each. */
  lines: string[];
}

/** A matrix as Markdown for people: its outcome, the grid, and why runs did not pass. */
export function renderMatrixMarkdown(matrix: Matrix, head: SummaryHead = headOf(matrix)): string {
  const { what, verdict, headline, lines } = head;
  const going = isGoingOn(matrix);
  const parts = [
    `## ${SIGNS[verdict]} ${going ? 'STILL GOING ON' : verdict.toUpperCase()}: ${inline(what)}`,
    `**${inline(headline)}**`,
    inline(facts(matrix).join(' · ')),
    list(lines),
    grid(matrix),
    list(notPassed(matrix)),
    list(leftOutLines(matrix.leftOut ?? []).map((line) => `left out: ${line}`)),
    `Repeat it:\n\n${codeBlock(command(matrix))}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headOf(matrix: Matrix): SummaryHead {
  const { experiments, columns, asked, bisection } = matrix;
  const outcome = outcomeOf(matrix);
  const size = [
    counted(experiments.length, 'experiment'),
    counted(columns.length, 'version'),
    counted(asked.repeat, 'repeat'),
  ];
  return {
    what:
      bisection === undefined
        ? `matrix of ${size.join(' × ')}`
        : `first release of ${bisection.range} that differs, for ${experiments.map(({ name }) => name).join(', ')}`,
    verdict: outcome.verdict,
    headline: outcomeWords(matrix, outcome),
    lines: [],
  };
}

function facts({ startedAt, wallMs, seed, asked }: Matrix): string[] {
  return [
    startedAt,
    formatDuration(wallMs),
    asked.repeat === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + asked.repeat - 1}`,
    ...(asked.driver === undefined ? [] : [`driver ${asked.driver}`]),
    ...(asked.environment === undefined ? [] : [`environment ${asked.environment}`]),
  ];
}

function grid(matrix: Matrix): string {
  const rows = matrix.experiments.map(({ name }) => [
    name,
    ...matrix.columns.map((column) => {
      const cell = cellOf(matrix, name, column.name);
      return [`${cellSign(cell)} ${cellWords(cell)}`, ...cellNotes(cell)].join('; ');
    }),
  ]);
  return markdownTable(['', ...matrix.columns.map(({ name }) => name)], rows);
}

function notPassed({ runs }: Matrix): string[] {
  return runs.flatMap(({ experiment, column, seed, result }) => {
    if (result === undefined || result.verdict === 'pass') return [];
    const { verdict, headline, folder } = result;
    const place = folder === undefined ? '' : ` (${folder})`;
    return [
      `${SIGNS[verdict]} ${verdict}: ${experiment} on ${column}, seed ${seed}: ${clip(headline, 300)}${place}`,
    ];
  });
}

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, MAX_LISTED).map((line) => `- ${inline(line)}`);
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function command({ asked, seed }: Matrix): string {
  const { files, nats, repeat, bisect, environment, driver, skipUnavailable } = asked;
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined || value === '' ? [] : [name, shellWord(value)];
  return [
    'chaos matrix',
    ...files.map(shellWord),
    ...(bisect === undefined ? option('--nats', nats.join(',')) : option('--bisect', bisect)),
    ...option('--environment', environment),
    ...option('--driver', driver),
    ...(repeat === 1 && bisect === undefined ? [] : ['--repeat', String(repeat)]),
    ...(skipUnavailable === true ? ['--skip-unavailable'] : []),
    `--seed ${seed}`,
  ].join(' ');
}
