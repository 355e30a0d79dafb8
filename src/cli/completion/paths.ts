import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Which files are candidates; folders are always offered, because a candidate may be inside. */
export type Wanted = 'yaml' | 'any' | 'folders';

const YAML = /\.ya?ml$/;

/**
 * Paths that begin like the typed one; folders end in a slash.
 *
 * @param cwd the base of relative paths
 */
export function pathsLike(typed: string, wanted: Wanted, cwd: string): string[] {
  const slash = typed.lastIndexOf('/') + 1;
  const [folder, start] = [typed.slice(0, slash), typed.slice(slash)];
  return entriesOf(resolve(cwd, folder))
    .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
    .filter(({ name, isFolder }) => isFolder || wanted === 'any' || (wanted === 'yaml' && YAML.test(name)))
    .map(({ name, isFolder }) => safe(`${folder}${name}${isFolder ? '/' : ''}`));
}

/** The same for experiments: those in `experiments/` are offered at once, as long as the typed text may become one. */
export function experimentsLike(typed: string, cwd: string): string[] {
  const folder = 'experiments/';
  const paths = pathsLike(typed, 'yaml', cwd);
  const inside = folder.startsWith(typed) ? pathsLike(folder, 'yaml', cwd) : [];
  return inside.length === 0 ? paths : [...inside, ...paths.filter((path) => path !== folder)];
}

/**
 * Names without control characters: a line break would make two candidates of one, and terminals obey the other ones.
 */
function entriesOf(folder: string): { name: string; isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !/\p{Cc}/u.test(name) && name !== 'node_modules')
      .map((entry) => ({
        name: entry.name,
        isFolder:
          entry.isDirectory() ||
          (entry.isSymbolicLink() &&
            statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() === true),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** A file whose name begins with a dash must not be read as an option. */
function safe(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
