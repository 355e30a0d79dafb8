import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import { displayName } from './source.ts';

/**
 * The files that paths stand for: a folder stands for every .yaml and .yml file under it, in alphabetical order.
 *
 * @throws ChaosError `usage` for a folder without any
 */
export function yamlFilesOf(paths: readonly string[], cwd: string): string[] {
  const files = paths.flatMap((path) => {
    const full = resolve(cwd, path);
    if (!(statSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false)) return [full];
    const found = yamlFilesUnder(full);
    if (found.length === 0) throw new ChaosError('usage', `there is no .yaml file under ${path}`);
    return found;
  });
  return [...new Set(files)].map((file) => displayName(file, cwd));
}

/** The .yaml and .yml files right in a folder; none when there is no such folder. */
export function yamlFilesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => YAML.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Those in a folder, then those in the folders below it; none when there is no such folder. */
export function yamlFilesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !skipped(entry.name))
    .map(({ name }) => name);
  return [...yamlFilesIn(folder), ...inside.sort().flatMap((name) => yamlFilesBelow(join(folder, name)))];
}

const YAML = /\.ya?ml$/;

function yamlFilesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skipped(entry.name) ? [] : yamlFilesUnder(path);
      return YAML.test(entry.name) ? [path] : [];
    });
}

/** Such folders hold no experiments and can be very large. */
function skipped(folder: string): boolean {
  return folder === 'node_modules' || folder.startsWith('.');
}
