import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { yamlFilesBelow } from '../../experiment/source/files.ts';
import { isEnvironmentFile, isSpaceFile, tagsOf } from '../../experiment/load.ts';
import { displayName } from '../../experiment/source/source.ts';
import { didYouMean } from '../../experiment/source/suggest.ts';
import { ChaosError } from '../../support/errors.ts';
import { EXPERIMENT_FOLDER } from '../lists.ts';
import { loadOptions } from './load-options.ts';
import { packageFolder } from '../../support/package-folder.ts';

/**
 * The experiments that words on the command line mean: a folder stands for every YAML file in it and below it that is
 * neither an environment nor a space of `chaos explore`. A path that does not exist is left to the validator to report.
 *
 * @param tags only experiments that have one of these; none: all
 * @throws ChaosError `usage` for a folder without an experiment, for an unknown name, and where none has a tag
 */
export function experimentFiles(words: readonly string[], tags: readonly string[] = []): string[] {
  const files = [
    ...new Set(words.flatMap((word) => (isFolder(word) ? experimentsIn(word) : [experimentFile(word)]))),
  ];
  return tags.length === 0 ? files : taggedFiles(files, tags);
}

/** The files of all experiments that can be run by their names. Those of the working directory come first. */
export function namedExperimentFiles(cwd = process.cwd()): string[] {
  return [cwd, packageFolder()].flatMap((base) => yamlFilesBelow(join(base, EXPERIMENT_FOLDER)));
}

/** Every tag of the experiments that can be run by their names, each once. */
export function tagsOfAll(cwd: string): string[] {
  return [...new Set(namedExperimentFiles(cwd).flatMap((file) => tagsOf(file, loadOptions()) ?? []))];
}

/**
 * The file that a word on the command line means: a path, or the name of an experiment, as `chaos list experiments`
 * shows it.
 *
 * @throws ChaosError `usage` for an unknown name
 */
export function experimentFile(word: string): string {
  if (existsSync(word) || !/^[\w-]+$/.test(word)) return word;
  const files = namedExperimentFiles();
  const nameOf = (file: string): string => basename(file, extname(file));
  const found = files.find((file) => nameOf(file) === word);
  if (found !== undefined) return displayName(found, process.cwd());
  throw new ChaosError(
    'usage',
    `there is neither a file nor an experiment "${word}"${didYouMean(word, files.map(nameOf))}`,
    { hint: 'chaos list experiments shows those that have a name; others are paths' },
  );
}

/** A file that cannot be read stays: it must be reported, and cannot be said to lack a tag. */
function taggedFiles(files: readonly string[], tags: readonly string[]): string[] {
  const found = files.map((file) => ({ file, tags: tagsOf(file, loadOptions()) }));
  const known = new Set(found.flatMap((one) => one.tags ?? []));
  const unreadable = found.some((one) => one.tags === null);
  for (const tag of tags) {
    if (known.has(tag) || unreadable) continue;
    const has = known.size === 0 ? '; none has any' : `; expected one of ${[...known].sort().join(', ')}`;
    throw new ChaosError(
      'usage',
      `none of ${files.length} experiments has the tag "${tag}"${didYouMean(tag, known) || has}`,
    );
  }
  return found.filter((one) => one.tags?.some((tag) => tags.includes(tag)) ?? true).map(({ file }) => file);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function experimentsIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => !isFolder(file) && !isEnvironmentFile(file, loadOptions()));
  const files = all.filter((file) => !isSpaceFile(file, loadOptions())).sort();
  if (files.length > 0) return files;
  const hint = 'its files with `explore` are spaces of runs, which chaos explore searches';
  throw new ChaosError(
    'usage',
    `there is no experiment (*.yaml) in the folder ${folder}`,
    all.length > 0 ? { hint } : {},
  );
}
