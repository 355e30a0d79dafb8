import { leftOutWords } from '../report/left-out.ts';
import { SIGNS } from '../report/paint.ts';
import { counted } from '../report/text.ts';
import { VERDICT_ORDER, type Verdict } from '../verdict/verdict.ts';
import { bisectionText, doubtText } from './bisect-words.ts';
import type { Cell, Outcome } from './cells.ts';
import type { Matrix } from './matrix.ts';

/** The sign of its verdict, or the sign for no verdict or several. */
export function cellSign({ verdict, flaky }: Cell): string {
  if (verdict === null) return '–';
  return flaky ? '~' : SIGNS[verdict];
}

/** `pass 3/3`, `flaky: 2 of 3 passed (67%)`, `not run`. */
export function cellWords({ done, runs, verdict, flaky, passed, counts }: Cell): string {
  if (verdict === null) return 'not run';
  if (flaky) return `flaky: ${passed} of ${done} passed (${Math.round((passed / done) * 100)}%)`;
  return runs.length === 1 ? verdict : `${verdict} ${counts[verdict] ?? 0}/${done}`;
}

/** What a cell says besides its verdict, one line each. */
export function cellNotes({ done, runs, expected, seen, verdict }: Cell): string[] {
  const missing = runs.length - done;
  const none = expected.includes('none');
  return [
    ...(missing > 0 && verdict !== null ? [`${missing} not run`] : []),
    ...(none ? ['nothing expected of this version'] : []),
    ...(expected.length > 0 && !none ? [`expected ${expected.join(', ')}: seen ${countWords(seen)}`] : []),
  ];
}

/** `fail 2, pass 1`: the worst first. */
export function countWords(counts: Partial<Record<Verdict, number>>): string {
  return [...VERDICT_ORDER]
    .reverse()
    .flatMap((verdict) => (counts[verdict] === undefined ? [] : [`${verdict} ${counts[verdict]}`]))
    .join(', ');
}

/** Whether further runs may begin: between two releases of a search none is under way. */
export function isGoingOn({ endedAt, bisection, stopped, interrupted }: Matrix): boolean {
  if (endedAt === undefined) return true;
  return bisection?.going === true && stopped === undefined && interrupted === undefined;
}

/** The outcome of the whole matrix, in one sentence: of a search for the first release that differs, what it has found. */
export function outcomeWords(matrix: Matrix, outcome: Outcome): string {
  const { bisection } = matrix;
  if (bisection === undefined) return runsWords(matrix, outcome);
  const doubt = doubtText(bisection);
  return [bisectionText(bisection), ...(doubt === null ? [] : [doubt]), runsWords(matrix, outcome)].join(
    '; ',
  );
}

function runsWords(matrix: Matrix, outcome: Outcome): string {
  const { done, missing, flaky, judged, leftOut, counts } = outcome;
  const parts = [`${counted(done, 'run')}: ${done === 0 ? 'none' : countWords(counts)}`];
  if (flaky > 0) parts.push(counted(flaky, 'flaky cell'));
  if (missing > 0)
    parts.push(`${missing} not run${matrix.stopped === undefined ? '' : ` (${matrix.stopped})`}`);
  if (judged === 0)
    parts.push(
      matrix.runs.length === 0
        ? 'nothing was asked for, so nothing is proven'
        : 'nothing was expected of any version, so nothing is proven',
    );
  if (leftOut > 0) parts.push(leftOutWords(matrix.leftOut ?? [], matrix.experiments.length + leftOut));
  return parts.join('; ');
}
