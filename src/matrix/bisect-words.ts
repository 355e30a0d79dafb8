import { counted } from '../report/text.ts';
import { formatPercentage } from '../support/units.ts';
import type { Bisection, Look } from './bisect.ts';

/** The result in one sentence. */
export function bisectionText(bisection: Bisection): string {
  const { first, last, unclear, why, going, steps, versions } = bisection;
  const effort = `${steps.length} of ${versions.length} releases were run`;
  if (going === true)
    return `still looking for the first release that differs${why === undefined ? '' : `: ${why}`}; ${effort}`;
  if (first === null || last === null) return `no first release that differs: ${why ?? ''}; ${effort}`;
  const on = (version: string): string => seenWords(steps.find((step) => step.version === version));
  const between = unclear.length === 0 ? '' : `; ${unclear.join(', ')} between them say nothing`;
  return `${first} is the first release on which it ${on(first)}; on ${last} it ${on(last)}${between}; ${effort}`;
}

/** `2.10.22 fails (3 of 3 runs)`: what was seen last. */
export function lastLookText({ steps }: Bisection): string {
  const last = steps.at(-1);
  return `${last?.version ?? ''} ${seenWords(last)}`;
}

/** `fails (2 of 3 runs)`, `holds (3 runs)`. */
function seenWords(look: Look | undefined): string {
  if (look === undefined) return 'says nothing';
  const { seen, failed, judged } = look;
  if (seen === 'unclear') return 'says nothing';
  return seen === 'fails'
    ? `fails (${failed} of ${counted(judged, 'run')})`
    : `${seen} (${counted(judged, 'run')})`;
}

/** A release that holds by chance with a greater probability than this is worth a word. */
const RARE = 0.05;

/**
 * That the release beside the boundary may hold only by chance, and how many repeats would say more; null where that is
 * improbable. Where a failure shows in k of n runs, it is taken to show in (k + 1) of (n + 2).
 */
export function doubtText({ steps, first, last }: Bisection): string | null {
  const holding = steps.find(
    ({ version, seen }) => seen === 'holds' && (version === first || version === last),
  );
  if (holding === undefined) return null;
  const failing = steps.filter(({ seen }) => seen === 'fails');
  const [failed, judged] = [sumOf(failing.map((one) => one.failed)), sumOf(failing.map((one) => one.judged))];
  const rate = (failed + 1) / (judged + 2);
  const chance = (1 - rate) ** holding.judged;
  if (chance <= RARE) return null;
  const enough = Math.ceil(Math.log(RARE) / Math.log(1 - rate));
  return (
    `where it fails, ${failed} of ${counted(judged, 'run')} failed: that ${holding.version} holds in ` +
    `${counted(holding.judged, 'run')} may be chance (${formatPercentage(chance, 0)}); --repeat ${enough} would make that rare`
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
