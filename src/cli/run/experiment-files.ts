import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isEnvironmentFile } from '../../experiment/load.ts';
import { ChaosError } from '../../support/errors.ts';

/**
 * The experiments that files and folders on the command line mean: a folder stands for every YAML file in it and
 * below it that is not an environment. What does not exist is left for the validator to complain about.
 *
 * @throws ChaosError `usage` for a folder without an experiment
 */
export function experimentFiles(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => (isFolder(path) ? experimentsIn(path) : [path])))];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function experimentsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => !isFolder(file) && !isEnvironmentFile(file, { env: process.env }))
    .sort();
  if (files.length === 0)
    throw new ChaosError('usage', `there is no experiment (*.yaml) in the folder ${folder}`);
  return files;
}
