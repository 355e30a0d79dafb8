import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Matrix } from '../../matrix/matrix.ts';
import { renderNights } from '../../nightly/index-page.ts';
import { nightOf, type Night } from '../../nightly/night.ts';
import { readNight } from '../../nightly/read-night.ts';
import { nightsToDelete, type Retention } from '../../nightly/retention.ts';
import type { SavedRun } from '../../report/schema.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { loadSavedRun } from '../report/saved-runs.ts';
import { writeWhole } from '../run/run-folder.ts';
import { adoptRuns, holdsMatrix, loadMatrix, recoverRuns, RUNS, saveMatrix } from '../suite/matrix-folder.ts';

const STATE = 'night.json';
/** `2026-11-26T031500Z`: nothing else under the folder of the nights is ever touched. */
const NIGHT = /^\d{4}-\d{2}-\d{2}T\d{6}Z$/;
const DELETING = '.deleting-';

/** A folder for a night that begins now. */
export function newNightFolder(out: string, at: Date): string {
  const name = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  const folder = resolve(out, name);
  mkdirSync(out, { recursive: true });
  // Not recursive: two nights never share a folder.
  mkdirSync(folder);
  mkdirSync(join(folder, RUNS));
  return folder;
}

/** Every night that has been closed; one that cannot be read is complained about, and left alone for good. */
export function nightsUnder(out: string): Night[] {
  return nightNames(out).flatMap((name) => {
    const path = join(out, name, STATE);
    if (!existsSync(path)) return [];
    try {
      // Its folder is what is linked and deleted, whatever the file says.
      return [{ ...readNight(readFileSync(path, 'utf8'), path), name }];
    } catch (thrown) {
      complain(messageOf(thrown));
      return [];
    }
  });
}

export function saveNight(folder: string, night: Night): void {
  writeWhole(join(folder, STATE), `${JSON.stringify(night, null, 2)}\n`);
}

export function saveIndex(out: string): void {
  writeWhole(resolve(out, 'index.html'), renderNights(nightsUnder(out)));
}

/** The reports of a matrix by their folder, as its runs name them; those that cannot be read are left out. */
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
 * Closes nights whose process has died: whatever they left is undone, and they count with what they have.
 *
 * @throws ChaosError `unavailable` when a run of such a night is still going on
 */
export async function closeDeadNights(out: string): Promise<void> {
  for (const name of nightNames(out)) {
    const folder = resolve(out, name);
    if (existsSync(join(folder, STATE)) || !holdsMatrix(folder)) continue;
    const left = await recoverRuns(join(folder, RUNS), 'must not be');
    for (const run of left) complain(`night ${name}: not recovered: ${run}`);
    // Closed, it could one day be deleted, and what is left to be undone with it.
    if (left.length > 0) continue;
    const matrix = readable(folder);
    if (matrix === null) continue;
    adoptRuns(folder, matrix);
    if (matrix.runs.some(({ result }) => result === undefined)) matrix.stopped ??= 'its process died';
    matrix.endedAt ??= statSync(join(folder, 'matrix.json')).mtime.toISOString();
    saveMatrix(folder, matrix);
    saveNight(folder, nightOf(name, matrix, reportsOf(folder, matrix), []));
    complain(`night ${name} had died: it is closed with what it has`);
  }
}

/** One that cannot be read stays as it is: it must not keep every later night from starting. */
function readable(folder: string): Matrix | null {
  try {
    return loadMatrix(folder);
  } catch (thrown) {
    complain(messageOf(thrown));
    return null;
  }
}

/** Deletes the nights whose time is over. @returns their names */
export function deleteNights(out: string, retention: Retention, now: Date): string[] {
  // What an earlier deletion was interrupted in.
  for (const name of readdirSync(out))
    if (name.startsWith(DELETING) && NIGHT.test(name.slice(DELETING.length)))
      rmSync(join(out, name), { recursive: true, force: true });
  const names = nightsToDelete(nightsUnder(out), retention, now);
  for (const name of names) {
    // Renamed first, so that a night is never there by half.
    const aside = join(out, `${DELETING}${name}`);
    renameSync(join(out, name), aside);
    rmSync(aside, { recursive: true, force: true });
  }
  return names;
}

function nightNames(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && NIGHT.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
