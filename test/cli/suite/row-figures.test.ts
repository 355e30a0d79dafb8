import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { figuresOfRows } from '../../../src/cli/suite/row-figures.ts';
import { renderMatrixHtml } from '../../../src/matrix/html.ts';
import type { Matrix } from '../../../src/matrix/matrix.ts';
import { renderJson } from '../../../src/report/json.ts';
import { run } from '../../compare/runs.ts';
import { fill, matrixOf } from '../../matrix/matrices.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-figures-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** The cells of `cut`, a run for each recovery time, saved where the matrix says. */
function savedMatrix(older: readonly (number | null)[], newer: readonly (number | null)[]): Matrix {
  const matrix = matrixOf(Math.max(older.length, newer.length));
  for (const [column, version, times] of [
    [0, '2.10.22', older],
    [1, '2.12.15', newer],
  ] as const) {
    const results = times.map((ms, at) => {
      const name = `runs/${version}-${at}`;
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'report.json'), renderJson(run(version, ms).whole));
      return { folder: name };
    });
    fill(matrix, 'cut', column, results);
  }
  return matrix;
}

it('are the median and spread of every version, what differs beyond noise, and a page that says more', () => {
  const matrix = savedMatrix([1_000, 1_100, 1_050, 1_020], [3_000, 3_300, 3_100, 3_200]);
  const rows = figuresOfRows(folder, matrix);
  expect(rows.map(({ experiment, comparison }) => [experiment, comparison])).toEqual([
    ['cut', 'versions/cut.html'],
  ]);
  const recovery = rows[0]!.figures.find(({ key }) => key === 'recovery-time recovery');
  const [older, newer] = matrix.columns.map(({ name }) => recovery!.columns[name]);
  expect(older).toMatchObject({ n: 4, median: 1_035, low: 1_000, high: 1_100 });
  expect(older).not.toHaveProperty('beyondNoise');
  expect(newer).toMatchObject({ median: 3_150, beyondNoise: 'worse' });
  expect(rows[0]!.figures.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['recovery', 'unavailability', 'latency']),
  );
  // The page links every run, from where it is.
  const page = readFileSync(join(folder, 'versions/cut.html'), 'utf8');
  expect(page).toContain('href="../runs/2.12.15-3/report.html"');

  const shown = renderMatrixHtml({ ...matrix, figures: rows });
  expect(shown).toContain('<a href="versions/cut.html">The full comparison of cut</a>');
  expect(shown).toMatch(/1\.03 s|1\.04 s/);
  expect(shown).toMatch(/worse ×3\.04/);
});

it('call nothing a difference that may be noise, and say never of what never came', () => {
  const rows = figuresOfRows(folder, savedMatrix([1_000, 1_300], [1_200, null]));
  const recovery = rows[0]!.figures.find(({ key }) => key === 'recovery-time recovery')!;
  const figures = Object.values(recovery.columns);
  expect(figures.map(({ beyondNoise }) => beyondNoise)).toEqual([undefined, undefined]);
  expect(figures[1]).toMatchObject({ high: 'never' });
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});

it('leave out what has no report, and survive one that cannot be read', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const matrix = savedMatrix([1_000], [1_100]);
  writeFileSync(join(folder, 'runs/2.12.15-0/report.json'), '{');
  const [row] = figuresOfRows(folder, matrix);
  expect(Object.keys(row!.figures[0]!.columns)).toEqual(['2.10.22']);
  expect(said).toHaveBeenCalled();
  expect(figuresOfRows(folder, matrixOf())).toEqual([]);
});

it('tell of runs that others went on beside, and nothing before there are any', () => {
  const matrix = savedMatrix([1_000], [1_100]);
  expect(renderMatrixHtml(matrix)).not.toContain('id="figures"');
  matrix.figures = figuresOfRows(folder, matrix);
  expect(renderMatrixHtml(matrix)).not.toContain('had others beside them');
  matrix.runs[0]!.result!.beside = 2;
  expect(renderMatrixHtml(matrix)).toContain('1 of 4 runs had others beside them');
});
