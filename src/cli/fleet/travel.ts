import { readFileSync } from 'node:fs';
import { basename, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { packBundle, type PackedBundle } from '../../fleet/bundle.ts';
import { RELATIVE_PATH, type RunRequest } from '../../fleet/run-request.ts';
import { requirementsOf } from '../../plan/requirements.ts';
import { sourceDigest } from '../../plan/source-digest.ts';
import { ChaosError } from '../../support/errors.ts';
import { packageFolder } from '../../support/package-folder.ts';
import type { Planned } from '../run/plan-all.ts';

/** What goes over the queue of an experiment and its environment. */
export interface Travelling extends Pick<RunRequest, 'experiment' | 'environment'> {
  /** Left out for files of this package, which every worker has. */
  bundle?: PackedBundle;
}

/**
 * Says how a worker gets the files of an experiment: those of this package by their names, others as texts.
 *
 * @param replaced whether the environment is in place of the one that the experiment names
 * @throws ChaosError `usage` for files that cannot travel: with secrets in them, or that name others
 */
export function travelling({ file, loaded, plan }: Planned, replaced: boolean): Travelling {
  const experiment = resolve(file);
  const environment = resolve(loaded.environment.file);
  const { name } = loaded.experiment.value;
  const about = { name, digest: sourceDigest(plan) };
  const inPackage = [experiment, environment].map(packagePath);
  if (inPackage.every((path) => path !== undefined)) {
    const [path = '', other = ''] = inPackage;
    return { experiment: { ...about, path }, ...(replaced ? { environment: other } : {}) };
  }
  refuseUnlessTextsAreAll({ loaded, plan }, [experiment, environment], name);
  const { found, ...places } = placesOf(experiment, environment, loaded.experiment.value.environment);
  for (const place of Object.values(places)) {
    if (!new RegExp(RELATIVE_PATH).test(place))
      throw cannot(name, `the path ${place} has characters that paths on a queue may not have`);
  }
  const files = {
    [places.experiment]: readFileSync(experiment, 'utf8'),
    [places.environment]: readFileSync(environment, 'utf8'),
  };
  return {
    experiment: { ...about, path: places.experiment },
    ...(replaced || !found ? { environment: places.environment } : {}),
    bundle: packBundle({ files }),
  };
}

/** Below the folder of this package, with `/`; undefined for others. */
function packagePath(path: string): string | undefined {
  const below = relative(packageFolder(), path).split(sep);
  const [folder] = below;
  const ships = folder === 'experiments' || folder === 'environments';
  return ships ? below.join('/') : undefined;
}

/** A worker gets two texts, and none that holds a secret. */
function refuseUnlessTextsAreAll(
  { loaded, plan }: Pick<Planned, 'loaded' | 'plan'>,
  files: readonly string[],
  name: string,
): void {
  for (const [at, { file, source }] of [loaded.experiment, loaded.environment].entries()) {
    if (readFileSync(files[at] ?? file, 'utf8').replace(/^\uFEFF/, '') !== source)
      throw cannot(name, `${file} holds the value of a secret, and secrets do not travel`, {
        hint: 'take it from a variable, as in secrets: { APP: "${APP_PASSWORD}" }: a worker takes it from its own',
      });
  }
  const texts = `${loaded.experiment.source}\n${loaded.environment.source}`;
  const others = requirementsOf(plan).paths.filter((path) => !texts.includes(path));
  if (others.length > 0 || texts.includes('${here}'))
    throw cannot(name, `it names files that would not be there: ${others.join(', ') || 'some in ${here}'}`, {
      hint: 'a worker gets the texts of the experiment and its environment: name other files by the absolute path that they have on the workers',
    });
}

function cannot(name: string, why: string, how: { hint?: string } = {}): ChaosError {
  return new ChaosError('usage', `${name} cannot be carried out by workers: ${why}`, how);
}

/** Where both files are in a bundle, and whether the experiment finds its environment there by itself. */
function placesOf(
  experiment: string,
  environment: string,
  reference: string,
): { experiment: string; environment: string; found: boolean } {
  const below = normalize(reference);
  const isPath = /\.ya?ml$/.test(reference);
  if (isPath && !isAbsolute(below) && !below.startsWith('..'))
    return { experiment: basename(experiment), environment: below, found: true };
  return {
    experiment: join('experiments', basename(experiment)),
    environment: join('environments', basename(environment)),
    found: !isPath,
  };
}
