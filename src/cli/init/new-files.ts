import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { displayName } from '../../experiment/source.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { writeWhole } from '../run/run-folder.ts';

/** A file that is to be made. */
export interface NewFile {
  path: string;
  text: string;
}

/** `a.yaml and b.yaml are there already`, or null when none of the files is. */
export function thereAlready(paths: readonly string[], cwd: string): string | null {
  const names = paths.filter((path) => existsSync(path)).map((path) => displayName(path, cwd));
  if (names.length === 0) return null;
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} there already`;
}

/** Looks at files as they would be, in a folder that is gone afterwards. */
export function staged<T>(files: Record<string, string>, look: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-init-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes each file whole or not at all. @returns the paths of those that were not there like that
 *
 * @throws ChaosError `usage` for what cannot be written
 */
export function writeFiles(files: readonly NewFile[], cwd: string): string[] {
  return files.flatMap(({ path, text }) => {
    try {
      if (existsSync(path) && readFileSync(path, 'utf8') === text) return [];
      mkdirSync(dirname(path), { recursive: true });
      writeWhole(path, text);
    } catch (thrown) {
      throw new ChaosError('usage', `${displayName(path, cwd)} cannot be written: ${messageOf(thrown)}`);
    }
    return [path];
  });
}
