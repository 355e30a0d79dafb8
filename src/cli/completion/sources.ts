import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { packageFolder } from '../../support/package-folder.ts';
import { experimentsLike, pathsLike } from './paths.ts';

/** Something that a word can become. */
export interface Candidate {
  value: string;
  summary?: string;
}

export interface Candidates {
  /** Whether paths are among them, so that the shell has to quote what is special in them. */
  isPath: boolean;
  list: Candidate[];
}

/** What is to be completed, and the names that its declaration gives it. */
export interface Wish {
  /** The commands that lead to it: `report serve`. */
  command: string;
  /** `--out`, or nothing for an argument. */
  option: string;
  words: readonly string[];
  choices: readonly string[];
  /** What is typed so far. */
  prefix: string;
  /** Where the command line says that runs are. */
  out: string | undefined;
}

export interface Sources {
  of(wish: Wish): Promise<Candidates>;
}

/** What is at hand in a folder and in this package. Looks at files only, and loads no more than it needs. */
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

/** What a declaration calls a value → the paths that it can be. */
const PATHS: Readonly<Record<string, (wish: Wish, cwd: string) => string[]>> = {
  // What is read is YAML, what is written may be anything.
  file: ({ option, words, prefix }, cwd) =>
    option === '' || words.includes('name')
      ? option === ''
        ? experimentsLike(prefix, cwd)
        : pathsLike(prefix, 'yaml', cwd)
      : pathsLike(prefix, 'any', cwd),
  files: ({ prefix }, cwd) => experimentsLike(prefix, cwd),
  folder: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
  path: ({ prefix }, cwd) => (prefix.includes('/') ? pathsLike(prefix, 'any', cwd) : []),
  run: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
  runs: ({ prefix }, cwd) => pathsLike(prefix, 'folders', cwd),
};

function pathsFor(word: string, wish: Wish, cwd: string): string[] {
  return PATHS[word]?.(wish, cwd) ?? [];
}

/** What a declaration calls a value → the names that it can be. */
async function namesFor(word: string, wish: Wish, cwd: string, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  switch (word) {
    case '-':
      return [{ value: '-', summary: 'stdout' }];
    case 'name':
      return wish.words.includes('file') ? environments(cwd) : [];
    case 'file':
    case 'files':
      return wish.option === '' ? shippedExperiments(cwd) : [];
    case 'run':
    case 'runs':
      return runsFor(wish, join(cwd, wish.out ?? 'reports'));
    case 'kind': {
      const { OFFERS } = await import('../../plan/driver-offer.ts');
      return [...OFFERS.map(({ driver }) => driver), 'attached'].map((value) => ({ value }));
    }
    case 'fault': {
      const { faults } = await import('../../faults/index.ts');
      return faults.map(({ kind, summary }) => ({ value: kind, summary }));
    }
    case 'version':
      return versions(env);
    default:
      return [];
  }
}

/** Those of the working directory are there as paths. */
function shippedExperiments(cwd: string): Candidate[] {
  const folder = packageFolder();
  return folder === cwd ? [] : plain(yamlNamesIn(join(folder, 'experiments')));
}

function environments(cwd: string): Candidate[] {
  return plain(unique([cwd, packageFolder()].flatMap((base) => yamlNamesIn(join(base, 'environments')))));
}

function yamlNamesIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => basename(name, extname(name)));
}

/** More than these are not read; whoever types the beginning of an older one is offered that. */
const MAX_RUNS = 30;

async function runsFor({ command, option, prefix }: Wish, out: string): Promise<Candidate[]> {
  if (command === 'recover') {
    const { runFolders } = await import('../run/find-runs.ts');
    const { isRunning } = await import('../run/run-folder.ts');
    const folders = newestFirst(runFolders(out).map((folder) => basename(folder)));
    // Those that were never finished are what there is to recover.
    return few([...folders.filter(isRunning), ...folders.filter((name) => !isRunning(name))], prefix);
  }
  const { savedRunNames } = await import('../report/saved-runs.ts');
  const saved = newestFirst(savedRunNames(out));
  if (saved.length === 0) return [];
  const passed = option === '--baseline' ? [{ value: 'latest-pass', summary: 'the newest that passed' }] : [];
  return [{ value: 'latest', summary: 'the newest' }, ...passed, ...few(saved, prefix)];
}

/** Their names begin with the time; what somebody has called otherwise comes after them. */
function newestFirst(names: readonly string[]): string[] {
  const timeOf = (name: string): string => /^(?:\.running-)?(\d{8}T.*)/.exec(name)?.[1] ?? '';
  return [...names].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0));
}

function few(names: readonly string[], prefix: string): Candidate[] {
  return plain(names.filter((name) => name.startsWith(prefix))).slice(0, MAX_RUNS);
}

/** What is in the cache can be run at once. */
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

/** Names that no shell reads anything into; others are none that this program gives. */
function plain(names: readonly string[]): Candidate[] {
  return names
    .filter((name) => /^[\w.@%+,-]+$/.test(name) && !name.startsWith('-'))
    .map((value) => ({ value }));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
