import { mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { compareRuns } from '../../compare/compare.ts';
import type { ExperimentComparison, MetricRow, NamedRun } from '../../compare/comparison.ts';
import { renderComparisonHtml } from '../../compare/html.ts';
import { centreOf } from '../../compare/statistics.ts';
import type { Figure, Point, RowFigures } from '../../matrix/figures.ts';
import type { Matrix } from '../../matrix/matrix.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { loadRuns } from './load-runs.ts';
import { writeWhole } from '../run/run-folder.ts';

const ALPHA = 0.05;
/** Folder of the pages that compare the versions of an experiment. */
const PAGES = 'versions';

/**
 * The figures of every experiment, version by version, and for each a page that compares its versions. An experiment
 * without a report is left out; reports that cannot be compared are reported as a problem.
 */
export function figuresOfRows(folder: string, matrix: Matrix): RowFigures[] {
  return matrix.experiments.flatMap(({ name }) => {
    try {
      return figuresOfRow(folder, matrix, name);
    } catch (thrown) {
      complain(`the figures of ${name}: ${messageOf(thrown)}`);
      return [];
    }
  });
}

function figuresOfRow(folder: string, matrix: Matrix, experiment: string): RowFigures[] {
  // The first version comes first: the others are compared with it.
  const runs = matrix.columns.map(({ name }) => ({
    column: name,
    runs: runsOf(folder, matrix, experiment, name),
  }));
  const all = runs.flatMap((one) => one.runs);
  if (all.length === 0) return [];
  const comparison = compareRuns(all, { alpha: ALPHA });
  const [compared] = comparison.experiments;
  if (compared === undefined) return [];
  const page = `${PAGES}/${experiment}.html`;
  const from = dirname(join(folder, page));
  const reports = new Map(
    all.map(({ name, saved }) => [saved.runId, relative(from, join(name, 'report.html'))]),
  );
  const link = (runId: string): string | null =>
    reports.get(runId)?.split('/').map(encodeURIComponent).join('/') ?? null;
  mkdirSync(from, { recursive: true });
  writeWhole(join(folder, page), renderComparisonHtml(comparison, all, link));
  const groups = runs.flatMap((one) => {
    const id = groupOf(one.runs, compared);
    return id === undefined ? [] : [{ column: one.column, id }];
  });
  return [{ experiment, comparison: page, figures: compared.metrics.map((row) => figureOf(row, groups)) }];
}

function runsOf(folder: string, matrix: Matrix, experiment: string, column: string): NamedRun[] {
  const cell = matrix.runs.filter((run) => run.experiment === experiment && run.column === column);
  return loadRuns(folder, cell);
}

/** A comparison groups runs by what ran; a column is the group of its first run. */
function groupOf([first]: readonly NamedRun[], { groups }: ExperimentComparison): string | undefined {
  return groups.find(({ runs }) => runs.some(({ runId }) => runId === first?.saved.runId))?.id;
}

function figureOf(
  { key, kind, label, unit, spreads, differences }: MetricRow,
  groups: readonly { column: string; id: string }[],
): Figure {
  const columns = groups.flatMap(({ column, id }) => {
    const spread = spreads[id];
    if (spread === undefined) return [];
    const { n, low, high, coverage } = spread;
    const difference = differences.find(({ group }) => group === id);
    const call = difference?.call;
    return [
      [
        column,
        {
          n,
          median: point(centreOf(spread)),
          low: point(low),
          high: point(high),
          coverage,
          ...(difference === undefined ? {} : { ratio: finite(difference.ratio) }),
          ...(call === 'worse' || call === 'better' ? { beyondNoise: call } : {}),
        },
      ] as const,
    ];
  });
  return { key, kind, label, unit, columns: Object.fromEntries(columns) };
}

function point(value: number): Point {
  return Number.isFinite(value) ? value : 'never';
}

/** A ratio of infinity only means that it never happened. */
function finite(ratio: number | null): number | null {
  return ratio !== null && Number.isFinite(ratio) ? ratio : null;
}
