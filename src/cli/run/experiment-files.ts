import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { yamlFilesIn } from '../../experiment/files.ts';
import { isEnvironmentFile } from '../../experiment/load.ts';
import { displayName } from '../../experiment/source.ts';
import { didYouMean } from '../../experiment/suggest.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';

/**
 * The experiments that words on the command line mean: a folder stands for every YAML file in it and below it that is
 * not an environment. A path that does not exist is left for the validator to complain about.
 *
 * @throws ChaosError `usage` for a folder without an experiment, and for a name that there is not
 */
export function experimentFiles(words: readonly string[]): string[] {
  return [
    ...new Set(words.flatMap((word) => (isFolder(word) ? experimentsIn(word) : [experimentFile(word)]))),
  ];
}

/**
 * The file that a word on the command line means: a path, or the name of an experiment in `experiments/` of the working
 * directory, or of those that ship with the program, as `chaos list experiments` shows them.
 *
 * @throws ChaosError `usage` for a name that there is not
 */
export function experimentFile(word: string): string {
  if (existsSync(word) || !/^[\w-]+$/.test(word)) return word;
  const files = [process.cwd(), packageFolder()].flatMap((base) => yamlFilesIn(join(base, 'experiments')));
  const nameOf = (file: string): string => basename(file, extname(file));
  const found = files.find((file) => nameOf(file) === word);
  if (found !== undefined) return displayName(found, process.cwd());
  throw new ChaosError(
    'usage',
    `there is neither a file nor an experiment "${word}"${didYouMean(word, files.map(nameOf))}`,
    { hint: 'chaos list experiments shows those that have a name; others are paths' },
  );
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
