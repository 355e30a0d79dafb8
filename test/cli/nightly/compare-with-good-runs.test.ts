import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Attempts } from '../../../src/cli/forms/attempts.ts';
import { compareWithGoodRuns } from '../../../src/cli/nightly/compare-with-good-runs.ts';
import { saveMatrix } from '../../../src/cli/suite/matrix-folder.ts';
import type { Matrix } from '../../../src/matrix/matrix.ts';
import { nightlyRunOf, type NightlyRun } from '../../../src/nightly/nightly-run.ts';
import { renderJson } from '../../../src/report/json.ts';
import { run } from '../../compare/runs.ts';
import { matrixOf, result } from '../../matrix/matrices.ts';
import { named } from '../../nightly/nights.ts';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-nights-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(out, { recursive: true, force: true });
});

/** A night of one cell, whose runs recovered in these times, with its reports on disk. */
function nightlyRun(
  day: number,
  times: readonly number[],
  reports = true,
): { folder: string; matrix: Matrix } {
  const matrix = matrixOf(times.length);
  matrix.experiments = matrix.experiments.slice(0, 1);
  matrix.columns = matrix.columns.slice(0, 1);
  const folder = join(out, named(day));
  mkdirSync(folder, { recursive: true });
  matrix.runs = times.map((ms, at) => {
    const path = `runs/${at}`;
    mkdirSync(join(folder, path), { recursive: true });
    const { whole } = run('2.10.22', ms);
    const experiment = { ...whole.experiment, name: 'cut' };
    if (reports) writeFileSync(join(folder, path, 'report.json'), renderJson({ ...whole, experiment }));
    return {
      experiment: 'cut',
      column: '2.10.22',
      repeat: at + 1,
      seed: at,
      result: result({ folder: path }),
    };
  });
  saveMatrix(folder, matrix);
  return { folder, matrix };
}

function compared(now: ReturnType<typeof nightlyRun>, before: readonly NightlyRun[], tolerance?: number) {
  const all = compareWithGoodRuns(out, now.folder, now.matrix, before, {
    tolerance,
    attempts: new Attempts(),
  });
  expect(all).toHaveLength(1);
  return all[0]!;
}

const closed = (day: number, { matrix }: ReturnType<typeof nightlyRun>): NightlyRun =>
  nightlyRunOf(named(day), matrix, new Map(), []);

it('says of every cell why nothing was judged: no good night, no report, no repeats, no tolerance', () => {
  const first = nightlyRun(1, [1000]);
  const good = closed(1, first);
  expect(compared(first, [])).toMatchObject({
    outcome: 'not-judged',
    notJudged: ['there is no good nightly run yet'],
  });
  expect(compared(nightlyRun(2, [1000], false), [good])).toMatchObject({
    outcome: 'not-judged',
    baseline: named(1),
    notJudged: ['none of its runs has a report that can be read'],
  });
  expect(compared(nightlyRun(3, [9000]), [good], 0.25).notJudged).toEqual([
    '2.10.22: none of 26 figures is judged: a single run says nothing of noise',
  ]);
  const three = closed(4, nightlyRun(4, [1000, 1010, 1020]));
  expect(compared(nightlyRun(5, [9000, 9010, 9020]), [three])).toMatchObject({
    outcome: 'not-judged',
    regressions: [],
    notJudged: ['2.10.22: none of 26 figures is judged: no tolerance is given'],
  });
  rmSync(join(out, named(4), 'runs'), { recursive: true });
  expect(compared(nightlyRun(6, [1000]), [three]).notJudged).toEqual([
    'no run of the last good nightly run can be read',
  ]);
});

it('judges figures beyond noise and the tolerance that is given', () => {
  const good = closed(1, nightlyRun(1, [1000, 1010, 1020]));
  expect(compared(nightlyRun(2, [9000, 9010, 9020]), [good], 0.25)).toMatchObject({
    outcome: 'regression',
    regressions: [expect.stringContaining('Recovery time, phase recovery, ×8.92')],
  });
  expect(compared(nightlyRun(3, [1000, 1010, 1020]), [good], 0.25)).toMatchObject({
    outcome: 'no-regression',
    notJudged: [],
  });
});
