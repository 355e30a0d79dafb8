import { readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { loadExperiment } from '../../experiment/load.ts';
import { displayName } from '../../experiment/source.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { buildPlan } from '../../plan/build.ts';
import { driverOffer } from '../../plan/driver-offer.ts';
import { onMachine } from '../../plan/machine-offer.ts';
import { packageFolder } from '../../support/package-folder.ts';
import { ExitCode } from '../exit-codes.ts';
import { AskedAnswers, defaultAnswers, noAnswers, type Answers } from '../init/answers.ts';
import { environmentText, environmentTitle } from '../init/environment-text.ts';
import { experimentText } from '../init/experiment-text.ts';
import { refuseExisting, staged, writeFiles, type NewFile } from '../init/new-files.ts';
import { schemaLink, type SchemaLink } from '../init/schema-link.ts';
import { settle, type Settled, type Surroundings, type Wishes } from '../init/settle.ts';
import { print } from '../output.ts';
import { packageUrl } from '../package.ts';

export interface InitOptions extends Wishes {
  driver?: string;
  out: string;
  yes?: boolean;
  force?: boolean;
}

/**
 * `chaos init`: a new experiment, and a new environment for it unless one is named, from options and answers. What it
 * writes has been validated and planned.
 */
export async function initCommand(name: string | undefined, options: InitOptions): Promise<number> {
  const { driver } = options;
  if (driver !== undefined) knownDriver(driver);
  const cwd = process.cwd();
  const base = resolve(cwd, options.out);
  const survey = surveyMachine();
  const around: Surroundings = {
    cwd,
    env: process.env,
    experiments: join(base, 'experiments'),
    offerFor: (environment) =>
      onMachine(
        environment === null ? driverOffer(driver ?? 'process') : offerFor(environment, driver),
        survey,
      ),
  };
  const answers = answersFor(options);
  try {
    const settled = await settle(name, options, answers, around);
    const files = filesOf(settled, base);
    if (options.force !== true) refuseExisting(files, cwd);
    check(settled, files, around);
    const written = writeFiles(files, cwd);
    print(outcome(settled, files, written, options, cwd));
  } finally {
    answers.close();
  }
  return ExitCode.pass;
}

function answersFor({ yes }: InitOptions): Answers {
  if (yes === true) return defaultAnswers();
  // What is asked goes to stderr, so that is where somebody has to be.
  return process.stdin.isTTY && process.stderr.isTTY
    ? new AskedAnswers(process.stdin, process.stderr)
    : noAnswers();
}

function filesOf(settled: Settled, base: string): NewFile[] {
  const { name, title, scene, fault, recipe, environment } = settled;
  const link = schemaLink(base, packageFolder());
  const [experiments, environments] = [join(base, 'experiments'), join(base, 'environments')];
  const text = experimentText(scene, {
    name,
    title,
    environment: 'path' in environment ? referenceTo(environment, experiments) : name,
    fault,
    recipe,
    schema: link.from(experiments, 'experiment'),
  });
  const experiment = { path: join(experiments, `${name}.yaml`), text };
  if ('path' in environment) return [experiment, ...schemas(link)];
  const made = environmentText(scene, {
    name,
    title: environmentTitle(scene),
    nats: environment.nats,
    jetstream: recipe.jetstream ?? {},
    schema: link.from(environments, 'environment'),
  });
  return [experiment, { path: join(environments, `${name}.yaml`), text: made }, ...schemas(link)];
}

/** A path on the command line is relative to the working directory, one in an experiment to the experiment. */
function referenceTo({ path, word }: { path: string; word: string }, experiments: string): string {
  return /\.ya?ml$/.test(word) ? relative(experiments, path).split(sep).join('/') : word;
}

function schemas({ copyTo }: SchemaLink): NewFile[] {
  if (copyTo === null) return [];
  return ['experiment', 'environment'].map((schema) => ({
    path: join(copyTo, `${schema}.schema.json`),
    text: readFileSync(packageUrl(`schema/${schema}.schema.json`), 'utf8'),
    ours: true,
  }));
}

/** @throws InvalidFileError for files that a run would refuse: a mistake of this program, and nothing is written */
function check({ name, environment }: Settled, files: readonly NewFile[], around: Surroundings): void {
  const [experiment, made] = files;
  const place = (folder: string): string => `${folder}/${name}.yaml`;
  const isNew = !('path' in environment);
  const texts = {
    [place('experiments')]: experiment?.text ?? '',
    ...(isNew ? { [place('environments')]: made?.text ?? '' } : {}),
  };
  staged(texts, (folder) => {
    const loaded = loadExperiment(join(folder, place('experiments')), {
      env: around.env,
      cwd: around.cwd,
      ...(isNew ? {} : { overrides: { environment: environment.path } }),
    });
    buildPlan(loaded, around.offerFor(loaded.environment.value));
  });
}

function outcome(
  settled: Settled,
  files: readonly NewFile[],
  written: readonly string[],
  { driver }: InitOptions,
  cwd: string,
): string {
  const experiment = displayName(files[0]?.path ?? '', cwd);
  const word = /^[\w./@%+,:-]+$/.test(experiment) ? experiment : `'${experiment.replaceAll("'", `'\\''`)}'`;
  const on = driver === undefined ? '' : ` --driver ${driver}`;
  return [
    `${settled.title}.`,
    '',
    ...written.map((path) => `wrote ${displayName(path, cwd)}`),
    '',
    'Next:',
    `  chaos plan ${word}${on}   what would happen, without doing it`,
    `  chaos run ${word}${on}    do it`,
  ].join('\n');
}
