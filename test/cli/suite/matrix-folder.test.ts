import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  closeDeadNightlyRuns,
  deleteNightlyRuns,
  nightlyRunsUnder,
  saveNightlyRun,
} from '../../../src/cli/nightly/nightly-folder.ts';
import {
  adoptRuns,
  loadMatrix,
  newMatrixFolder,
  saveMatrix,
  unfinishedMatrix,
} from '../../../src/cli/suite/matrix-folder.ts';
import { slotsOf } from '../../../src/matrix/matrix.ts';
import { renderJson } from '../../../src/report/json.ts';
import type { SavedRun } from '../../../src/report/schema.ts';
import { run } from '../../compare/runs.ts';
import { matrixOf, passing } from '../../matrix/matrices.ts';
import { named, nightlyRun } from '../../nightly/nights.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'chaos-matrix-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(out, { recursive: true, force: true });
});

/** The report of a run of `cut`, in the folder of a matrix. */
function report(folder: string, name: string, seed: number, over: Partial<SavedRun> = {}): void {
  const { saved: made } = run('2.12.15', 1_000);
  const saved = { ...made, experiment: { ...made.experiment, name: 'cut' }, seed, ...over };
  mkdirSync(join(folder, 'runs', name), { recursive: true });
  writeFileSync(join(folder, 'runs', name, 'report.json'), renderJson(saved));
}

describe('the folder of a matrix', () => {
  it('is read as it was written, and the newest of which runs are missing is gone on with', () => {
    expect(() => unfinishedMatrix(out)).toThrow(`there is no matrix under ${out}`);
    const folders = [1, 2, 3].map((n) => newMatrixFolder(out, new Date(Date.UTC(2026, 10, n))));
    saveMatrix(folders[0]!, matrixOf());
    saveMatrix(folders[1]!, matrixOf());
    saveMatrix(folders[2]!, passing());
    expect(unfinishedMatrix(out)).toBe(folders[1]);
    expect(unfinishedMatrix(folders[0]!)).toBe(folders[0]);
    expect(() => unfinishedMatrix(folders[2]!)).toThrow('of which runs are missing');
    expect(loadMatrix(folders[2]!)).toEqual(passing());
    expect(existsSync(join(folders[2]!, 'matrix.html'))).toBe(true);
  });

  it('two of one second do not share', () => {
    const at = new Date();
    expect(newMatrixFolder(out, at)).not.toBe(newMatrixFolder(out, at));
  });
});

describe('runs that ended when nobody was there to note it', () => {
  it('belong to the missing run of their experiment, seed and version', () => {
    const folder = newMatrixFolder(out, new Date());
    const matrix = matrixOf();
    report(folder, 'first', 7);
    report(folder, 'other-seed', 99);
    report(folder, 'interrupted', 8, { verdict: 'interrupted' });
    report(folder, 'other-version', 9, { versions: { 'nats-server': '2.11.0' } });
    mkdirSync(join(folder, 'runs', 'torn'));
    writeFileSync(join(folder, 'runs', 'torn', 'report.json'), '{');
    adoptRuns(folder, matrix);
    const there = matrix.runs.filter(({ result }) => result !== undefined);
    expect(there).toEqual([
      expect.objectContaining({
        experiment: 'cut',
        column: '2.12.15 (2.12, latest)',
        repeat: 1,
        result: expect.objectContaining({
          verdict: 'pass',
          folder: 'runs/first',
          version: '2.12.15',
        }) as unknown,
      }),
    ]);
  });

  it('belong to the build that ran: a release, or the same with assertions', () => {
    const folder = newMatrixFolder(out, new Date());
    const matrix = matrixOf();
    const withAssertions = {
      name: '2.12.15+assertions',
      asked: ['2.12.15+assertions'],
      nats: '2.12.15+assertions',
    };
    matrix.columns.push(withAssertions);
    matrix.runs.push(...slotsOf(matrix.experiments, [withAssertions], 1, 7));
    report(folder, 'first', 7, {
      versions: { 'nats-server': '2.12.15', 'nats-server build': 'with assertions' },
    });
    adoptRuns(folder, matrix);
    const there = matrix.runs.filter(({ result }) => result !== undefined);
    expect(there.map(({ column }) => column)).toEqual(['2.12.15+assertions']);
  });

  it('are not noted twice, and not at all where two runs fit', () => {
    const folder = newMatrixFolder(out, new Date());
    const matrix = matrixOf();
    report(folder, 'first', 7);
    adoptRuns(folder, matrix);
    const once = structuredClone(matrix);
    adoptRuns(folder, matrix);
    expect(matrix).toEqual(once);

    const ambiguous = matrixOf();
    for (const column of ambiguous.columns) delete column.nats;
    adoptRuns(folder, ambiguous);
    expect(ambiguous.runs.every(({ result }) => result === undefined)).toBe(true);
  });
});

describe('the folder of the nights', () => {
  const save = (
    day: number,
    ...rest: Parameters<typeof nightlyRun> extends [number, ...infer R] ? R : never
  ): void => {
    mkdirSync(join(out, named(day)));
    saveNightlyRun(join(out, named(day)), nightlyRun(day, ...rest));
  };

  it('loses the nights whose time is over, and nothing else', () => {
    for (const day of [1, 2, 3]) save(day);
    save(4, 'fail');
    const elsewhere = mkdtempSync(join(tmpdir(), 'chaos-elsewhere-'));
    symlinkSync(elsewhere, join(out, '2026-10-01T020000Z'));
    for (const name of ['2026-10-02', '2026-10-03T020000Z', '.deleting-2026-10-04T020000Z', 'cache'])
      mkdirSync(join(out, name));
    const deleted = deleteNightlyRuns(out, { keep: 1, keepFailuresMs: 1 }, new Date('2026-11-28'));
    expect(deleted).toEqual([named(2), named(1)]);
    expect(readdirSync(out).sort()).toEqual(
      ['2026-10-01T020000Z', '2026-10-02', '2026-10-03T020000Z', named(3), named(4), 'cache'].sort(),
    );
    expect(existsSync(elsewhere)).toBe(true);
    rmSync(elsewhere, { recursive: true });
  });

  it('keeps a night that it cannot read, and goes by the name of the folder', () => {
    save(1);
    save(2);
    writeFileSync(join(out, named(1), 'night.json'), '{');
    saveNightlyRun(join(out, named(2)), { ...nightlyRun(2), name: '../..' });
    expect(nightlyRunsUnder(out).map(({ name }) => name)).toEqual([named(2)]);
    expect(deleteNightlyRuns(out, { keep: 1, keepFailuresMs: 1 }, new Date('2027-11-28'))).toEqual([]);
  });

  it('closes a night whose process died, with what it has', async () => {
    const folder = join(out, named(1));
    mkdirSync(join(folder, 'runs'), { recursive: true });
    const matrix = matrixOf(1);
    saveMatrix(folder, matrix);
    report(folder, 'ended', 7);
    mkdirSync(join(out, named(2)));
    writeFileSync(join(out, named(2), 'matrix.json'), '{');
    await closeDeadNightlyRuns(out);
    const [closed, ...more] = nightlyRunsUnder(out);
    expect(more).toEqual([]);
    expect(closed).toMatchObject({ name: named(1), verdict: 'inconclusive', counts: { pass: 1 } });
    expect(closed!.headline).toContain('3 not run (its process died)');
    expect(closed!.cells[1]).toMatchObject({ experiment: 'cut', good: true, version: '2.12.15' });
  });
});
