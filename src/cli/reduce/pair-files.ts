import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CORE_SCHEMA, dump, load } from 'js-yaml';
import { isObject, type Document, type Pair } from '../../reduce/pair.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';

/**
 * The experiment and the environment of a saved run, as documents that can become smaller.
 *
 * @throws ChaosError `usage` for a run that cannot be repeated from its report alone
 */
export function pairOf(saved: SavedRun, name: string): Pair {
  const { experiment, environment } = saved;
  const here = dirname(resolve(environment.file));
  const pair = {
    experiment: withoutSeed(documentOf(experiment.source, `${name}: its experiment`)),
    // Its copies are in other folders.
    environment: documentOf(environment.source.replaceAll('${here}', here), `${name}: its environment`),
  };
  for (const field of ['attach', 'compose']) {
    if (field in pair.environment)
      throw cannot(
        name,
        `its environment has \`${field}\`, and only servers that a run starts itself can become fewer`,
      );
  }
  if ('secrets' in pair.experiment || 'secrets' in pair.environment)
    throw cannot(name, 'it has `secrets`, which no report holds');
  return pair;
}

/** The claim without the seed of the run of a search that it is from: the reduced experiment is of no run. */
function withoutSeed(experiment: Document): Document {
  const { title } = experiment;
  return typeof title === 'string'
    ? { ...experiment, title: title.replace(/ \(seed \d+\)$/, '') }
    : experiment;
}

function documentOf(source: string, what: string): Document {
  const value: unknown = load(source, { schema: CORE_SCHEMA });
  if (!isObject(value) || Array.isArray(value))
    throw new ChaosError('invalid', `${what} is no YAML document`);
  return value as Document;
}

function cannot(name: string, why: string): ChaosError {
  return new ChaosError('usage', `${name} cannot be reduced: ${why}`);
}

/**
 * Writes both files into a folder. The failure is not expected in them, so that a run of them is judged by what it sees.
 *
 * @param notes lines of comments at the beginning of the experiment
 * @param names of the files; left out: those of the experiment and its environment
 * @returns the path of the experiment
 */
export function writePair(
  folder: string,
  { experiment, environment }: Pair,
  notes: readonly string[] = [],
  expect?: 'fail' | 'either',
  names?: { experiment: string; environment: string },
): string {
  mkdirSync(folder, { recursive: true });
  const file = names?.experiment ?? `${nameOf(experiment)}.yaml`;
  const other = names?.environment ?? environmentFile(environment);
  const head = { name: experiment['name'], title: experiment['title'], environment: other };
  const rest = Object.entries(experiment).filter(([field]) => !(field in head) && field !== 'expect');
  const whole = { ...head, ...(expect === undefined ? {} : { expect }), ...Object.fromEntries(rest) };
  const comment = notes.map((line) => `# ${line}\n`).join('');
  writeFileSync(join(folder, file), comment + yaml(whole, IN_EXPERIMENTS));
  const named = { ...environment, name: environmentFile(environment).replace(/\.yaml$/, '') };
  writeFileSync(join(folder, other), yaml(named, IN_ENVIRONMENTS));
  return join(folder, file);
}

function environmentFile(environment: Document): string {
  return `${nameOf(environment).replace(/-environment$/, '')}-environment.yaml`;
}

function nameOf({ name }: Document): string {
  return typeof name === 'string' ? name : 'reduced';
}

const LINE = 110;
/** How deep values are on one line, as in the files that ship: faults and workloads; clusters and streams. */
const IN_EXPERIMENTS = 4;
const IN_ENVIRONMENTS = 2;

function yaml(document: Document, flowLevel: number): string {
  return dump(document, { schema: CORE_SCHEMA, lineWidth: LINE, flowLevel, noRefs: true });
}
