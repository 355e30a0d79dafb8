import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { processesNaming } from '../../drivers/undo/reap.ts';
import { renderMatrixHtml } from '../../matrix/html.ts';
import type { Matrix, MatrixRun } from '../../matrix/matrix.ts';
import { readMatrix } from '../../matrix/read-matrix.ts';
import type { SavedRun } from '../../report/schema.ts';
import { runnerOf, startedElsewhere } from '../../run/undo/runner-mark.ts';
import { until } from '../../support/deadline.ts';
import { makeFolder, makeNewFolder } from '../../support/make-folder.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { utcStamp } from '../../support/ids.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { ASSERTIONS } from '../../support/versions.ts';
import { complain, complainOf } from '../output.ts';
import { loadWithoutReadings, savedRunNames } from '../report/saved-runs.ts';
import { runFolders } from '../run/find-runs.ts';
import { recoverRun } from '../run/recover-run.ts';
import { isRunning, writeWhole } from '../run/run-folder.ts';
import { elsewhere } from '../run/save-run.ts';

const STATE = 'matrix.json';
/** Far longer than a guardian needs. */
const GUARDIAN_MS = 20_000;

/** Where the runs of a matrix are, within its folder. */
export const RUNS = 'runs';

/** A new folder for a matrix under `out`. */
export function newMatrixFolder(out: string, at: Date): string {
  const folder = makeNewFolder(out, utcStamp(at));
  makeFolder(join(folder, RUNS));
  return folder;
}

/** Writes all results so far, completely: as data, and as a page. */
export function saveMatrix(folder: string, matrix: Matrix): void {
  writeWhole(join(folder, STATE), `${JSON.stringify(matrix, null, 2)}\n`);
  writeWhole(join(folder, 'matrix.html'), renderMatrixHtml(matrix));
}

/**
 * Saves a suite for the last time: in another place, with a message, when it cannot be saved in its own.
 *
 * @returns whether it was saved in its own place
 */
export function saveMatrixSomewhere(folder: string, matrix: Matrix): boolean {
  try {
    saveMatrix(folder, matrix);
    return true;
  } catch (thrown) {
    complainOf(asChaosError(thrown, 'the suite cannot be saved'));
  }
  const other = elsewhere(basename(folder), (path) => saveMatrix(path, matrix));
  complain(other === undefined ? 'it can be saved nowhere else' : `it is elsewhere: ${other}`);
  return false;
}

/** @throws ChaosError `invalid` */
export function loadMatrix(folder: string): Matrix {
  const path = join(folder, STATE);
  try {
    return readMatrix(readFileSync(path, 'utf8'), path);
  } catch (thrown) {
    if (thrown instanceof ChaosError) throw thrown;
    throw new ChaosError('invalid', `${path} cannot be read: ${messageOf(thrown)}`);
  }
}

export function holdsMatrix(folder: string): boolean {
  return existsSync(join(folder, STATE));
}

/**
 * The newest matrix under `out` with missing runs, or a search that is not over; or `out` itself, when it is a matrix.
 *
 * @throws ChaosError `usage` when there is none
 */
export function unfinishedMatrix(out: string): string {
  const folders = holdsMatrix(out) ? [resolve(out)] : matricesUnder(out);
  const found = folders.find((folder) => isUnfinished(loadMatrix(folder)));
  if (found !== undefined) return found;
  throw new ChaosError('usage', `there is no matrix under ${out} of which runs are missing`, {
    hint: folders.length === 0 ? `${out} holds no matrix` : 'leave out --resume to begin another',
  });
}

function isUnfinished({ runs, bisection }: Matrix): boolean {
  return bisection?.going === true || runs.some(({ result }) => result === undefined);
}

/** The newest first. */
function matricesUnder(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(out)
    .sort()
    .reverse()
    .map((name) => resolve(out, name))
    .filter(holdsMatrix);
}

/**
 * Takes down what dead runs in a folder of runs have left. @returns what could not be taken down, in words
 *
 * @throws ChaosError `unavailable` when one of them is still going on and `alive` does not allow that
 */
export async function recoverRuns(runs: string, alive: 'may be' | 'must not be'): Promise<string[]> {
  const left: string[] = [];
  for (const folder of runFolders(runs).filter(isRunning)) {
    const host = startedElsewhere(folder);
    // A removed container has ended every process in it.
    if (host !== undefined) {
      complain(`${folder}: left alone: it was started on ${host}`);
      continue;
    }
    const busy = runnerOf(folder);
    if (busy !== null && alive === 'must not be') {
      throw new ChaosError('unavailable', `${folder}: ${busy}`, {
        hint: 'an earlier sitting has left it: wait for it, or interrupt it with kill -INT',
      });
    }
    if (busy !== null) continue;
    await guardianEnded(folder);
    const { outcome } = await recoverRun(folder, false);
    if (outcome === 'failed') left.push(folder);
  }
  return left;
}

/**
 * Its guardian may be undoing right now, and does the same: it is the one process with the journal on its command line.
 */
async function guardianEnded(folder: string): Promise<void> {
  const what = `the guardian of ${folder}`;
  await until(() => Promise.resolve(processesNaming(folder).length === 0), {
    timeoutMs: GUARDIAN_MS,
    what,
  }).catch(() => complain(`${what} is still there: recovering beside it`));
}

/**
 * Reports of runs that ended when no process was left to record them: each belongs to the one missing run of its
 * experiment, seed and version.
 */
export function adoptRuns(folder: string, matrix: Matrix): void {
  const known = new Set(matrix.runs.flatMap(({ result }) => result?.folder ?? []));
  for (const name of savedRunNames(join(folder, RUNS))) {
    const path = `${RUNS}/${name}`;
    if (known.has(path)) continue;
    const saved = readable(join(folder, path));
    if (saved === null || saved.verdict === 'interrupted') continue;
    const fitting = matrix.runs.filter((run) => run.result === undefined && belongs(saved, run, matrix));
    // When two runs fit, the report could belong to either: both are run again.
    if (fitting.length === 1 && fitting[0] !== undefined) fitting[0].result = resultOf(saved, path);
  }
}

function belongs(saved: SavedRun, { experiment, column, seed }: MatrixRun, { columns }: Matrix): boolean {
  const nats = columns.find(({ name }) => name === column)?.nats;
  const { 'nats-server': release = '', 'nats-server build': build } = saved.versions;
  const version = build === undefined ? release : `${release}${ASSERTIONS}`;
  return (
    saved.experiment.name === experiment && saved.seed === seed && (nats === undefined || nats === version)
  );
}

function readable(folder: string): SavedRun | null {
  try {
    return loadWithoutReadings(folder);
  } catch {
    return null;
  }
}

/** What a matrix keeps of a run. @param folder of its report, relative to the folder of the matrix */
export function resultOf(saved: SavedRun, folder: string): NonNullable<MatrixRun['result']> {
  const { verdict, headline, expected, versions, beside, startedAt, durationMs } = saved;
  if (verdict === 'interrupted') throw new RangeError('an interrupted run has no result');
  const version = versions['nats-server'];
  return {
    verdict,
    headline,
    ...(expected === undefined ? {} : { expected: expected.verdict, seen: expected.seen }),
    ...(version === undefined ? {} : { version }),
    folder,
    ...(beside === undefined ? {} : { beside }),
    startedAt,
    durationMs,
  };
}
