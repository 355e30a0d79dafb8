import { statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { yamlFilesIn } from './files.ts';
import { displayName } from './source.ts';
import { didYouMean } from './suggest.ts';

export type EnvironmentLookup = { path: string; problem?: never } | { path?: never; problem: string };

/**
 * The file of an environment that an experiment names: a path ending in .yaml is relative to the experiment; a name
 * is looked for in `environments/` beside and above the experiment, in the working directory, and in this package.
 */
export function findEnvironment(reference: string, experiment: string, cwd: string): EnvironmentLookup {
  if (/\.ya?ml$/.test(reference)) {
    const path = resolve(dirname(experiment), reference);
    if (isFile(path)) return { path };
    const near = didYouMean(
      basename(reference),
      yamlFilesIn(dirname(path)).map((file) => basename(file)),
    );
    return { problem: `there is no file ${displayName(path, cwd)}${near}` };
  }
  const folders = environmentFolders(experiment, cwd);
  const candidates = folders.flatMap((folder) => [
    join(folder, `${reference}.yaml`),
    join(folder, `${reference}.yml`),
  ]);
  const path = /[/\\]/.test(reference) ? undefined : candidates.find(isFile);
  if (path !== undefined) return { path };
  const names = folders.flatMap(yamlFilesIn).map((file) => basename(file, extname(file)));
  const looked = folders.map((folder) => displayName(folder, cwd)).join(', ');
  return {
    problem: `there is no environment "${reference}"${didYouMean(reference, names) || '.'} Looked in ${looked}`,
  };
}

/**
 * The file of an environment that the command line names for an experiment, in place of its own: a path there is
 * relative to the working directory.
 *
 * @throws ChaosError `usage` when there is none
 */
export function overridingEnvironment(reference: string, experiment: string, cwd: string): string {
  const wanted = /\.ya?ml$/.test(reference) ? resolve(cwd, reference) : reference;
  const found = findEnvironment(wanted, experiment, cwd);
  if (found.path === undefined) throw new ChaosError('usage', `--environment: ${found.problem}`);
  return found.path;
}

/** Every `environments/` folder that counts, nearest first. */
function environmentFolders(experiment: string, cwd: string): string[] {
  const above: string[] = [];
  for (let folder = dirname(experiment); ; folder = dirname(folder)) {
    above.push(folder);
    if (dirname(folder) === folder) break;
  }
  const folders = [...above, cwd, packageFolder()].map((folder) => join(folder, 'environments'));
  return [...new Set(folders)];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
