import { dirname, join, relative, resolve } from 'node:path';
import { compareRuns } from '../../compare/compare.ts';
import type { Comparison, NamedRun } from '../../compare/comparison.ts';
import { renderComparisonHtml } from '../../compare/html.ts';
import { cellsOf } from '../../matrix/cells.ts';
import type { Matrix } from '../../matrix/matrix.ts';
import { goodNightlyRuns, type GoodCell } from '../../nightly/baseline.ts';
import type { CellComparison, NightlyRun } from '../../nightly/nightly-run.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import type { Attempts } from '../forms/attempts.ts';
import { writeForm } from '../forms/form-files.ts';
import { loadRuns } from '../suite/load-runs.ts';
import { loadMatrix } from '../suite/matrix-folder.ts';

/** More runs than this say no more about the spread. */
const MAX_BASELINE = 20;
const ALPHA = 0.05;

/**
 * Compares every cell of a nightly run with its last good nightly run, and writes a page for each.
 *
 * @param options how much worse a figure may become where the experiment does not say; and a callback for a page that
 * cannot be written
 */
export function compareWithGoodRuns(
  out: string,
  folder: string,
  matrix: Matrix,
  nightlyRuns: readonly NightlyRun[],
  { tolerance, attempts }: { tolerance: number | undefined; attempts: Attempts },
): CellComparison[] {
  return cellsOf(matrix).flatMap((cell) => {
    const asked = matrix.columns.find(({ name }) => name === cell.column)?.asked ?? [];
    const good = goodNightlyRuns(nightlyRuns, cell.experiment, asked);
    const [last] = good;
    const notJudged = (why: string): CellComparison[] => [
      {
        experiment: cell.experiment,
        column: cell.column,
        outcome: 'not-judged',
        ...(last === undefined ? {} : { baseline: last.nightlyRun.name }),
        regressions: [],
        notJudged: [why],
      },
    ];
    if (last === undefined) return notJudged('there is no good nightly run yet');
    const runs = loadRuns(folder, cell.runs);
    if (runs.length === 0) return notJudged('none of its runs has a report that can be read');
    const baseline = pooled(out, good);
    if (baseline.length === 0) return notJudged('no run of the last good nightly run can be read');
    // No default tolerance: a nightly run has hundreds of figures, and some are always worse by chance.
    const comparison = compareRuns(runs, {
      alpha: ALPHA,
      baseline,
      ...(tolerance === undefined ? {} : { tolerance }),
    });
    const file = `compare/${cell.experiment}-${cell.column.replace(/[^\w.-]+/g, '_')}.html`;
    const all = [...baseline, ...runs];
    const folders = new Map(all.map(({ name, saved }) => [saved.runId, name]));
    const link = (runId: string): string | null => linkTo(folders.get(runId), dirname(join(folder, file)));
    attempts.try(() => writeForm(join(folder, file), renderComparisonHtml(comparison, all, link)));
    return [
      {
        experiment: cell.experiment,
        column: cell.column,
        outcome: comparison.outcome,
        baseline: last.nightlyRun.name,
        comparison: file,
        regressions: comparison.experiments.flatMap(({ regressions }) => regressions),
        notJudged: comparison.experiments.flatMap(({ notJudged }) => notJudged),
        beyondNoise: beyondNoiseIn(comparison),
      },
    ];
  });
}

/** Which figures are worse or better than in the good nightly runs, by their key. */
function beyondNoiseIn({ experiments }: Comparison): NonNullable<CellComparison['beyondNoise']> {
  const found = experiments.flatMap(({ metrics }) =>
    metrics.flatMap(({ key, differences }) =>
      differences.flatMap(({ call }) =>
        call === 'worse' || call === 'better' ? [[key, call] as const] : [],
      ),
    ),
  );
  return Object.fromEntries(found);
}

/**
 * The runs of the newest good nightly run, and of earlier good ones on the same version: a single run shows no noise.
 */
function pooled(out: string, good: readonly GoodCell[]): NamedRun[] {
  const version = good[0]?.cell.version;
  const runs: NamedRun[] = [];
  for (const { nightlyRun, cell } of good) {
    if (runs.length >= MAX_BASELINE) break;
    if (cell.version !== version) continue;
    const folder = resolve(out, nightlyRun.name);
    try {
      const there = cellsOf(loadMatrix(folder)).find(
        ({ experiment, column }) => experiment === cell.experiment && column === cell.column,
      );
      if (there !== undefined) runs.push(...loadRuns(folder, there.runs));
    } catch (thrown) {
      complain(messageOf(thrown));
    }
  }
  return runs.slice(0, MAX_BASELINE);
}

function linkTo(run: string | undefined, from: string): string | null {
  if (run === undefined) return null;
  return relative(from, join(run, 'report.html')).split('/').map(encodeURIComponent).join('/');
}
