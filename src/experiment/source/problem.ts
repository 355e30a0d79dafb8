import { ChaosError, type ErrorCode } from '../../support/errors.ts';

/** One thing that is wrong with a file, and where. */
export interface Problem {
  severity: 'error' | 'warning';
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count. */
  column: number;
  message: string;
  /** The line of the problem, and how many characters of it are marked; empty and 0 when there is no line. */
  excerpt: string;
  length: number;
}

/** Files that cannot be used, with all their problems. */
export class InvalidFileError extends ChaosError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], code: ErrorCode = 'invalid', options: { hint?: string } = {}) {
    super(code, formatProblems(problems), options);
    this.name = 'InvalidFileError';
    this.problems = problems;
  }
}

/** Every problem in reading order, each with its source line and a caret. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem(problem: Problem): string {
  const label = problem.severity === 'warning' ? 'warning: ' : '';
  const head = `${problem.file}:${problem.line}:${problem.column}: ${label}${printable(problem.message)}`;
  if (problem.excerpt.trim() === '') return head;
  const { text, column } = clip(problem.excerpt, problem.column);
  const gutter = String(problem.line).padStart(5);
  const carets = '^'.repeat(Math.max(1, Math.min(problem.length, text.length - column + 1)));
  return `${head}\n${gutter} | ${printable(text)}\n${' '.repeat(gutter.length)} | ${' '.repeat(column - 1)}${carets}`;
}

const WIDEST = 110;

/** The part of a long line that is around the column. */
function clip(line: string, column: number): { text: string; column: number } {
  if (line.length <= WIDEST) return { text: line, column };
  const start = Math.max(0, Math.min(column - 1 - 40, line.length - WIDEST));
  return { text: line.slice(start, start + WIDEST), column: column - start };
}

/** A file must not send control sequences to the terminal of the user who validates it. */
function printable(text: string): string {
  return text.replaceAll(/[\t\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (c) =>
    c === '\t' ? ' ' : '\u{fffd}',
  );
}
