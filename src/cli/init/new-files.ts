import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { displayName } from '../../experiment/source/source.ts';
import { writeForm } from '../forms/form-files.ts';

/** A file that is to be made. */
export interface NewFile {
  path: string;
  text: string;
}

/** `a.yaml and b.yaml are there already`, or null when none of the files exists. */
export function thereAlready(paths: readonly string[], cwd: string): string | null {
  const names = paths.filter((path) => existsSync(path)).map((path) => displayName(path, cwd));
  if (names.length === 0) return null;
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} there already`;
}

/** Checks the files as they would be, in a temporary folder that is deleted afterwards. */
export function staged<T>(files: Record<string, string>, check: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-init-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes each file completely or not at all. @returns the paths of the files that were new or changed
 *
 * @throws ChaosError for a file that cannot be written
 */
export function writeFiles(files: readonly NewFile[], cwd: string): string[] {
  return files.flatMap(({ path, text }) => {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return [];
    writeForm(displayName(path, cwd), text, path);
    return [path];
  });
}
