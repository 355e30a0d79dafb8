import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import { runIdOf } from '../../run/undo/runner-mark.ts';
import { isRunning, recoveredPath, RUNNING } from './run-folder.ts';

/** The folder of every run under `out`, the oldest first. */
export function runFolders(out: string): string[] {
  if (!isFolder(out)) return [];
  return readdirSync(out)
    .map((name) => resolve(out, name))
    .filter(isRunFolder)
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

/**
 * The folder that a word on the command line means: a path, the name of a folder under `out`, or the id of a run.
 *
 * @throws ChaosError `usage` when there is no such run
 */
export function runFolder(word: string, out: string): string {
  const named = [resolve(word), resolve(out, word)];
  // A user who repeats a command uses the folder's name from before it was recovered.
  const paths = [...named, ...named.map((path) => recoveredPath(path))];
  const found = paths.find(isRunFolder) ?? runFolders(out).find((path) => runIdOf(path) === word);
  if (found !== undefined) return found;
  const known = runFolders(out).map((path) => basename(path));
  throw new ChaosError('usage', `there is no run "${word}", neither as a folder nor under ${out}`, {
    hint: known.length === 0 ? `${out} holds no run` : `${out} holds ${known.slice(-5).join(', ')}`,
  });
}

function isRunFolder(path: string): boolean {
  return existsSync(join(path, 'journal.ndjson')) || (isRunning(path) && isFolder(path));
}

function nameOf(path: string): string {
  const name = basename(path);
  return join(dirname(path), name.startsWith(RUNNING) ? name.slice(RUNNING.length) : name);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
