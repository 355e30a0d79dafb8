import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { yamlFilesBelow } from '../../experiment/source/files.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { EXPERIMENT_FOLDER } from '../lists.ts';
import { experimentsLike, pathsLike } from './paths.ts';

/** A candidate for the word. */
export interface Candidate {
  value: string;
  summary?: string;
}

export interface Candidates {
  /** Whether it contains paths, so that the shell quotes their special characters. */
  isPath: boolean;
  list: Candidate[];
}

/** What is to be completed, and the names that its declaration gives it. */
export interface Wish {
  /** The commands before it: `report serve`. */
  command: string;
  /** `--out`, or nothing for an argument. */
  option: string;
  words: readonly string[];
  choices: readonly string[];
  /** The text typed so far. */
  prefix: string;
  /** The folder of runs that the command line names. */
  out: string | undefined;
}

export interface Sources {
  of(wish: Wish): Promise<Candidates>;
}

/** The candidates in a folder and in this package. Only reads files, and loads no more modules than it needs. */
export function sourcesAt(cwd: string, env: NodeJS.ProcessEnv): Sources {
  return {
    of: async (wish) => {
      const named = wish.choices.map((value) => ({ value }));
      const words = (await Promise.all(wish.words.map((word) => namesFor(word, wish, cwd, env)))).flat();
      const paths = wish.words.flatMap((word) => pathsFor(word, wish, cwd));
      return {
        isPath: wish.words.some((word) => Object.hasOwn(PATHS, word)),
        list: [...named, ...words, ...unique(paths).map((value) => ({ value }))],
      };
    },
  };
}

/** Declared name of a value → the paths that it can be. */
const PATHS: Readonly<Record<string, (wish: Wish, cwd: string) => string[]>> = {
  // Files that are read are YAML; files that are written may be anything.
  file: ({ option, words, prefix }, cwd) =>
    option === '' || words.includes('name')
      ? option === ''
        ? experimentsLike(prefix, cwd)
        : pathsLike(prefix, 'yaml', cwd)
      : pathsLike(prefix, 'any', cwd),
  files: ({ prefix }, cwd) => experimentsLike(prefix, cwd),
  // A compose file, or configurations of servers, which have no ending in common.
  where: ({ prefix }, cwd) => pathsLike(prefix, 'any', cwd),
  folder: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
  path: ({ prefix }, cwd) => (prefix.includes('/') ? pathsLike(prefix, 'any', cwd) : []),
  run: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
  runs: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
};

function pathsFor(word: string, wish: Wish, cwd: string): string[] {
  return PATHS[word]?.(wish, cwd) ?? [];
}

/** Declared name of a value → the names that it can be. */
async function namesFor(word: string, wish: Wish, cwd: string, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  switch (word) {
    case '-':
      return [{ value: '-', summary: 'stdout' }];
    case 'name':
      return wish.words.includes('file') ? environments(cwd) : [];
    case 'file':
    case 'files':
      return wish.option === '' ? shippedExperiments(cwd, wish.command) : [];
    case 'run':
    case 'runs':
      return runsFor(wish, join(cwd, wish.out ?? 'reports'));
    case 'kind': {
      if (wish.option === '') return kinds();
      const { OFFERS } = await import('../../plan/driver-offer.ts');
      return [...OFFERS.map(({ driver }) => driver), 'attached'].map((value) => ({ value }));
    }
    case 'fault': {
      const { faults } = await import('../../faults/index.ts');
      return faults.map(({ kind, summary }) => ({ value: kind, summary }));
    }
    case 'tag':
      return tags(cwd);
    case 'version':
      return versions(env);
    default:
      return [];
  }
}

/** Two kinds of the same name are explained together, so the name is offered once. */
async function kinds(): Promise<Candidate[]> {
  const { everyKind } = await import('../explain/kinds.ts');
  const summaries = new Map(everyKind().map(({ kind, summary }) => [kind, summary]));
  return [...summaries].map(([value, summary]) => ({ value, summary }));
}

/** Where those that ship with `explore` are. */
const SPACES = 'explore';

/** Those in the working directory are offered as paths. */
function shippedExperiments(cwd: string, command: string): Candidate[] {
  const folder = packageFolder();
  if (folder === cwd) return [];
  const spaces = yamlFilesBelow(join(folder, EXPERIMENT_FOLDER, SPACES));
  if (command === 'explore') return plain(spaces.map(nameOf));
  const all = yamlFilesBelow(join(folder, EXPERIMENT_FOLDER));
  return plain((command === 'run' ? all.filter((file) => !spaces.includes(file)) : all).map(nameOf));
}

function environments(cwd: string): Candidate[] {
  return plain(unique([cwd, packageFolder()].flatMap((base) => yamlNamesIn(join(base, 'environments')))));
}

function yamlNamesIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map(nameOf);
}

function nameOf(file: string): string {
  return basename(file, extname(file));
}

/** The tags of all experiments that have a name. */
async function tags(cwd: string): Promise<Candidate[]> {
  const { tagsOfAll } = await import('../run/experiment-files.ts');
  return plain(tagsOfAll(cwd).sort());
}

/** No more runs than these are read; a typed prefix also finds older ones. */
const MAX_RUNS = 30;

async function runsFor({ command, option, prefix }: Wish, out: string): Promise<Candidate[]> {
  if (command === 'recover') {
    const { runFolders } = await import('../run/find-runs.ts');
    const { isRunning } = await import('../run/run-folder.ts');
    const folders = newestFirst(runFolders(out).map((folder) => basename(folder)));
    // Only unfinished runs can be recovered.
    return few([...folders.filter(isRunning), ...folders.filter((name) => !isRunning(name))], prefix);
  }
  const { savedRunNames } = await import('../report/saved-runs.ts');
  const saved = newestFirst(savedRunNames(out));
  if (saved.length === 0) return [];
  const passed = option === '--baseline' ? [{ value: 'latest-pass', summary: 'the newest that passed' }] : [];
  return [{ value: 'latest', summary: 'the newest' }, ...passed, ...few(saved, prefix)];
}

/** Names of runs begin with the time; folders that somebody has renamed come after them. */
function newestFirst(names: readonly string[]): string[] {
  const timeOf = (name: string): string => /^(?:\.running-)?(\d{8}T.*)/.exec(name)?.[1] ?? '';
  return [...names].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0));
}

function few(names: readonly string[], prefix: string): Candidate[] {
  return plain(names.filter((name) => name.startsWith(prefix))).slice(0, MAX_RUNS);
}

/** A version in the cache can be run at once. */
async function versions(env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const { cachedVersions, cacheFolder } = await import('../../drivers/binaries/cache.ts');
  const { TOOLS } = await import('../../drivers/binaries/tools.ts');
  const names = await cachedVersions(cacheFolder(env), TOOLS['nats-server']);
  return [{ value: 'latest', summary: 'the newest release' }, ...plain(names)];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Names without characters that are special in a shell; the program itself gives no others. */
function plain(names: readonly string[]): Candidate[] {
  return names
    .filter((name) => /^[\w.@%+,-]+$/.test(name) && !name.startsWith('-'))
    .map((value) => ({ value }));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
