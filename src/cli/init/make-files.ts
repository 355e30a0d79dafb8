import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { loadExperiment, loadSpace } from '../../experiment/load.ts';
import { buildPlan } from '../../plan/build.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { packageUrl } from '../package.ts';
import { environmentText, environmentTitle } from './environment-text.ts';
import { experimentText } from './experiment-text.ts';
import { staged, type NewFile } from './new-files.ts';
import { schemaLink, type SchemaLink } from './schema-link.ts';
import type { Settled, Surroundings } from './settle.ts';

/**
 * The files of a new experiment: first the experiment, then a new environment, then copies of the schemas, which belong
 * to the program and are brought up to date.
 */
export function filesFor(settled: Settled, base: string): NewFile[] {
  const { name, title, scene, fault, recipe, environment } = settled;
  const [experimentPath = '', environmentPath = ''] = pathsOf(name, base);
  const link = schemaLink(base, packageFolder());
  const [experiments, environments] = [dirname(experimentPath), dirname(environmentPath)];
  const text = experimentText(scene, {
    name,
    title,
    environment: 'path' in environment ? referenceTo(environment, experiments) : name,
    fault,
    recipe,
    space: settled.space,
    schema: link.from(experiments, 'experiment'),
  });
  const experiment = { path: experimentPath, text };
  if ('path' in environment) return [experiment, ...schemas(link)];
  const made = environmentText(scene, {
    name,
    title: environmentTitle(scene),
    nats: environment.nats,
    jetstream: recipe.jetstream ?? {},
    tls: recipe.tls ?? {},
    account: recipe.account ?? {},
    schema: link.from(environments, 'environment'),
  });
  return [experiment, { path: environmentPath, text: made }, ...schemas(link)];
}

/** Where an experiment of this name goes, and a new environment for it. */
export function pathsOf(name: string, base: string): string[] {
  return ['experiments', 'environments'].map((folder) => join(base, folder, `${name}.yaml`));
}

/** @throws InvalidFileError for files that a run would refuse: a bug of this program, and nothing is written */
export function checkFiles(
  { name, environment, space }: Settled,
  files: readonly NewFile[],
  around: Surroundings,
): void {
  const [experiment, made] = files;
  const place = (folder: string): string => `${folder}/${name}.yaml`;
  const isNew = !('path' in environment);
  const texts = {
    [place('experiments')]: experiment?.text ?? '',
    ...(isNew ? { [place('environments')]: made?.text ?? '' } : {}),
  };
  staged(texts, (folder) => {
    const file = join(folder, place('experiments'));
    const options = {
      ...{ env: around.env, cwd: around.cwd },
      ...(isNew ? {} : { overrides: { environment: environment.path } }),
    };
    const loaded = space === undefined ? loadExperiment(file, options) : loadSpace(file, options).sample;
    buildPlan(loaded, around.offerFor(loaded.environment.value));
  });
}

/**
 * A path on the command line is relative to the working directory; in an experiment it is relative to the experiment.
 */
function referenceTo({ path, word }: { path: string; word: string }, experiments: string): string {
  return /\.ya?ml$/.test(word) ? relative(experiments, path).split(sep).join('/') : word;
}

function schemas({ copyTo }: SchemaLink): NewFile[] {
  if (copyTo === null) return [];
  return ['experiment', 'environment'].map((schema) => ({
    path: join(copyTo, `${schema}.schema.json`),
    text: readFileSync(packageUrl(`schema/${schema}.schema.json`), 'utf8'),
  }));
}
