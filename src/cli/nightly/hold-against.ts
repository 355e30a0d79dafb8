import { mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { compareRuns } from '../../compare/compare.ts';
import type { NamedRun } from '../../compare/comparison.ts';
import { renderComparisonHtml } from '../../compare/html.ts';
import { looksAt, namedRun } from '../../compare/named-run.ts';
import { cellsOf, type Cell } from '../../matrix/cells.ts';
import type { Matrix } from '../../matrix/matrix.ts';
import { goodNights, type GoodCell } from '../../nightly/baseline.ts';
import type { Held, Night } from '../../nightly/night.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { loadSavedRun } from '../report/saved-runs.ts';
import { writeWhole } from '../run/run-folder.ts';
import { loadMatrix } from '../suite/matrix-folder.ts';

/** More runs than this tell no more of the spread. */
const MAX_BASELINE = 20;
const ALPHA = 0.05;

/**
 * Holds every cell of a night against its last good night, and writes a page for each.
 *
 * @param tolerance how much worse a figure may become where the experiment does not say
 */
export function holdAgainstGoodNights(
  out: string,
  folder: string,
  matrix: Matrix,
  nights: readonly Night[],
  tolerance: number | undefined,
): Held[] {
  return cellsOf(matrix).flatMap((cell) => {
    const asked = matrix.columns.find(({ name }) => name === cell.column)?.asked ?? [];
    const good = goodNights(nights, cell.experiment, asked);
    const runs = runsOf(folder, cell);
    const baseline = pooled(out, good);
    const [last] = good;
    if (last === undefined || baseline.length === 0 || runs.length === 0) return [];
    const comparison = compareRuns(runs, {
      alpha: ALPHA,
      baseline,
      ...(tolerance === undefined ? {} : { tolerance }),
    });
    const file = `compare/${cell.experiment}-${cell.column.replace(/[^\w.-]+/g, '_')}.html`;
    const all = [...baseline, ...runs];
    const folders = new Map(all.map(({ name, saved }) => [saved.runId, name]));
    const link = (runId: string): string | null => linkTo(folders.get(runId), dirname(join(folder, file)));
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeWhole(join(folder, file), renderComparisonHtml(comparison, all, link));
    return [
      {
        experiment: cell.experiment,
        column: cell.column,
        baseline: last.night.name,
        comparison: file,
        regressions: comparison.experiments.flatMap(({ regressions }) => regressions),
      },
    ];
  });
}

/** The runs of the newest good night, and of the good ones before it on the same version: one alone has no noise. */
function pooled(out: string, good: readonly GoodCell[]): NamedRun[] {
  const version = good[0]?.cell.version;
  const runs: NamedRun[] = [];
  for (const { night, cell } of good) {
    if (runs.length >= MAX_BASELINE) break;
    if (cell.version !== version) continue;
    const folder = resolve(out, night.name);
    try {
      const there = cellsOf(loadMatrix(folder)).find(
        ({ experiment, column }) => experiment === cell.experiment && column === cell.column,
      );
      if (there !== undefined) runs.push(...runsOf(folder, there));
    } catch (thrown) {
      complain(messageOf(thrown));
    }
  }
  return runs.slice(0, MAX_BASELINE);
}

function runsOf(folder: string, { runs }: Cell): NamedRun[] {
  return runs.flatMap(({ result }) => {
    if (result?.folder === undefined) return [];
    const path = join(folder, result.folder);
    try {
      return [
        namedRun(
          path,
          loadSavedRun(path, (kind) => looksAt(kind, true)),
          true,
        ),
      ];
    } catch (thrown) {
      complain(messageOf(thrown));
      return [];
    }
  });
}

function linkTo(run: string | undefined, from: string): string | null {
  if (run === undefined) return null;
  return relative(from, join(run, 'report.html')).split('/').map(encodeURIComponent).join('/');
}
