import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Matrix } from '../../matrix/matrix.ts';
import { renderNightlyRuns } from '../../nightly/index-page.ts';
import { nightlyRunOf, type NightlyRun } from '../../nightly/nightly-run.ts';
import { readNightlyRun } from '../../nightly/read-nightly-run.ts';
import { nightlyRunsToDelete, type Retention } from '../../nightly/retention.ts';
import type { SavedRun } from '../../report/schema.ts';
import { messageOf } from '../../support/errors.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { complain } from '../output.ts';
import { loadSavedRun } from '../report/saved-runs.ts';
import { writeWhole } from '../run/run-folder.ts';
import { figuresOfRows } from '../suite/row-figures.ts';
import { adoptRuns, holdsMatrix, loadMatrix, recoverRuns, RUNS, saveMatrix } from '../suite/matrix-folder.ts';

const STATE = 'night.json';
/** `2026-11-26T031500Z`: the program changes only folders with such a name. */
const NIGHTLY_RUN = /^\d{4}-\d{2}-\d{2}T\d{6}Z$/;
const DELETING = '.deleting-';

/** A folder for a nightly run that begins now. */
export function newNightlyFolder(out: string, at: Date): string {
  const name = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  const folder = resolve(out, name);
  makeFolder(out);
  // Not recursive: two nightly runs never share a folder.
  mkdirSync(folder);
  mkdirSync(join(folder, RUNS));
  return folder;
}

/** Every closed nightly run; one that cannot be read is reported and never touched. */
export function nightlyRunsUnder(out: string): NightlyRun[] {
  return nightlyRunNames(out).flatMap((name) => {
    const path = join(out, name, STATE);
    if (!existsSync(path)) return [];
    try {
      // The folder's name is what is linked and deleted, whatever the file says.
      return [{ ...readNightlyRun(readFileSync(path, 'utf8'), path), name }];
    } catch (thrown) {
      complain(messageOf(thrown));
      return [];
    }
  });
}

export function saveNightlyRun(folder: string, nightlyRun: NightlyRun): void {
  writeWhole(join(folder, STATE), `${JSON.stringify(nightlyRun, null, 2)}\n`);
}

export function saveIndex(out: string): void {
  writeWhole(resolve(out, 'index.html'), renderNightlyRuns(nightlyRunsUnder(out)));
}

/** The reports of a matrix by their folder, as its runs name them; unreadable ones are left out. */
export function reportsOf(folder: string, { runs }: Matrix): Map<string, SavedRun> {
  const reports = new Map<string, SavedRun>();
  for (const { result } of runs) {
    if (result?.folder === undefined) continue;
    try {
      reports.set(result.folder, loadSavedRun(join(folder, result.folder)));
    } catch (thrown) {
      complain(messageOf(thrown));
    }
  }
  return reports;
}

/**
 * Closes nightly runs whose process has died: their leftovers are undone, and they count with the results they have.
 *
 * @throws ChaosError `unavailable` when a run of such a nightly run is still going on
 */
export async function closeDeadNightlyRuns(out: string): Promise<void> {
  for (const name of nightlyRunNames(out)) {
    const folder = resolve(out, name);
    if (existsSync(join(folder, STATE)) || !holdsMatrix(folder)) continue;
    const left = await recoverRuns(join(folder, RUNS), 'must not be');
    for (const run of left) complain(`nightly run ${name}: not recovered: ${run}`);
    // A closed nightly run could be deleted one day, and with it the journal of what is still to be undone.
    if (left.length > 0) continue;
    const matrix = readable(folder);
    if (matrix === null) continue;
    adoptRuns(folder, matrix);
    if (matrix.runs.some(({ result }) => result === undefined)) matrix.stopped ??= 'its process died';
    matrix.endedAt ??= statSync(join(folder, 'matrix.json')).mtime.toISOString();
    matrix.figures = figuresOfRows(folder, matrix);
    saveMatrix(folder, matrix);
    saveNightlyRun(folder, nightlyRunOf(name, matrix, reportsOf(folder, matrix), []));
    complain(`nightly run ${name} had died: it is closed with the results it has`);
  }
}

/** An unreadable one stays as it is: it must not stop every later nightly run from starting. */
function readable(folder: string): Matrix | null {
  try {
    return loadMatrix(folder);
  } catch (thrown) {
    complain(messageOf(thrown));
    return null;
  }
}

/** Deletes the nightly runs that have expired. @returns their names */
export function deleteNightlyRuns(out: string, retention: Retention, now: Date): string[] {
  // Finishes an earlier deletion that was interrupted.
  for (const name of readdirSync(out))
    if (name.startsWith(DELETING) && NIGHTLY_RUN.test(name.slice(DELETING.length)))
      rmSync(join(out, name), { recursive: true, force: true });
  const names = nightlyRunsToDelete(nightlyRunsUnder(out), retention, now);
  for (const name of names) {
    // Renamed first, so that a nightly run is never half there.
    const aside = join(out, `${DELETING}${name}`);
    renameSync(join(out, name), aside);
    rmSync(aside, { recursive: true, force: true });
  }
  return names;
}

function nightlyRunNames(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NIGHTLY_RUN.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
