import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readSavedRun } from '../../report/read-saved.ts';
import { textWithReadings } from '../../report/saved-lines.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';

const REPORT = 'report.json';

/** Names of the folders under `out` that hold a saved run, newest first: their names begin with the time. */
export function savedRunNames(out: string): string[] {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(out, name, REPORT)))
    .sort()
    .reverse();
}

/**
 * The folder that a word on the command line means: a run's folder, its `report.json`, the name of a folder under
 * `out`, `latest`, or the id of a run.
 *
 * @throws ChaosError `usage` when there is none
 */
export function savedRunFolder(word: string, out: string): string {
  const found = findSavedRun(word, out);
  if (found !== undefined) return found;
  const names = savedRunNames(out);
  throw new ChaosError('usage', `there is no saved run "${word}", neither as a folder nor under ${out}`, {
    hint: names.length === 0 ? `${out} holds no saved run` : `${out} holds ${names.slice(0, 5).join(', ')}`,
  });
}

/** The same; undefined when there is none. */
export function findSavedRun(word: string, out: string): string | undefined {
  const names = savedRunNames(out);
  const newest = names.find((name) => /^\d{8}T\d{6}/.test(name));
  if (word === 'latest' && newest !== undefined) return resolve(out, newest);
  const paths = basename(word) === REPORT ? [resolve(dirname(word))] : [resolve(word), resolve(out, word)];
  const found = paths.find((path) => existsSync(join(path, REPORT)));
  if (found !== undefined) return found;
  const named = names.find((name) => runIdIn(join(out, name)) === word);
  return named === undefined ? undefined : resolve(out, named);
}

/**
 * @param wanted whether the readings of a kind of probe are needed; others may be left out
 * @throws ChaosError `invalid` for a report that cannot be read
 */
export function loadSavedRun(folder: string, wanted: (kind: string) => boolean = () => true): SavedRun {
  const path = join(folder, REPORT);
  return readSavedRun(textWithReadings(bytesOf(path), wanted), path);
}

/** For callers that need everything except the readings. */
export function loadWithoutReadings(folder: string): SavedRun {
  return loadSavedRun(folder, () => false);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    throw new ChaosError('invalid', `${path} cannot be read: ${messageOf(thrown)}`);
  }
}

function runIdIn(folder: string): string | null {
  try {
    return loadWithoutReadings(folder).runId;
  } catch {
    return null;
  }
}
