import type { CellComparison, NightlyRun } from '../../src/nightly/nightly-run.ts';
import { nightlyRunOf } from '../../src/nightly/nightly-run.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { fill, passing } from '../matrix/matrices.ts';
import { run } from '../compare/runs.ts';

/** The night of the n-th of November, whose cell of `cut` on 2.10.22 came to a verdict. */
export function nightlyRun(
  day: number,
  verdict: Exclude<Verdict, 'interrupted'> = 'pass',
  {
    comparisons = [],
    recoveryMs = 1_000 + day,
  }: { comparisons?: readonly CellComparison[]; recoveryMs?: number | null } = {},
): NightlyRun {
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const matrix = passing(1);
  matrix.startedAt = `${date}T02:00:00.000Z`;
  matrix.endedAt = `${date}T02:30:00.000Z`;
  fill(matrix, 'cut', 0, [{ verdict, folder: 'runs/cut' }]);
  const reports = new Map([['runs/cut', run('2.10.22', recoveryMs).saved]]);
  return nightlyRunOf(`${date}T020000Z`, matrix, reports, comparisons);
}

export const named = (day: number): string => `2026-11-${String(day).padStart(2, '0')}T020000Z`;
