import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ChaosError } from './errors.ts';

/**
 * Makes a folder and its missing parents. Node's own recursive option reports `ENOENT` on a read-only filesystem, and
 * never returns below `/proc`.
 *
 * @throws the file system's error; a ChaosError `usage` that names the file where one is in the way
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let at = resolve(path);
  for (; !existsSync(at); at = dirname(at)) missing.unshift(at);
  if (!statSync(at).isDirectory())
    throw new ChaosError('usage', `${at} is no folder: expected one, or a name that is free`);
  for (const one of missing) makeOne(one);
}

/** Makes a folder that will be written to: what is in the way is said before anything is begun. @throws as {@link makeFolder} */
export function makeWritableFolder(path: string): void {
  makeFolder(path);
  accessSync(path, constants.W_OK);
}

/** Another process may have made it in the meantime. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (thrown) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw thrown;
  }
}

/**
 * Makes a folder that was not there, for what nobody else may write to: two programs may ask for one of the same name at
 * the same moment, and each gets its own.
 *
 * @param under made too where it is missing
 * @returns its path; with a number behind its name where that is taken
 */
export function makeNewFolder(under: string, name: string): string {
  makeFolder(under);
  for (let n = 1; ; n += 1) {
    const folder = resolve(under, n === 1 ? name : `${name}-${n}`);
    if (isMade(folder)) return folder;
  }
}

/** @returns false where it is there already */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}
