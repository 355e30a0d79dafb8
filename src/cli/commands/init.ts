import { join, resolve } from 'node:path';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { displayName } from '../../experiment/source/source.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { driverOffer } from '../../plan/driver-offer.ts';
import { onMachine } from '../../plan/machine-offer.ts';
import { shellWord } from '../../support/shell.ts';
import { ExitCode } from '../exit-codes.ts';
import { AskedAnswers, defaultAnswers, noAnswers, type Answers } from '../init/answers.ts';
import { checkFiles, filesFor, pathsOf } from '../init/make-files.ts';
import { thereAlready, writeFiles, type NewFile } from '../init/new-files.ts';
import { settle, type Settled, type Surroundings, type Wishes } from '../init/settle.ts';
import { print } from '../output.ts';

export interface InitOptions extends Wishes {
  driver?: string;
  out: string;
  yes?: boolean;
  force?: boolean;
  /** A compose file whose application the environment is to be. */
  from?: string;
}

/**
 * `chaos init`: writes a new experiment from options and answers, and a new environment unless one is named. The files
 * are validated and planned before they are written.
 */
export async function initCommand(name: string | undefined, options: InitOptions): Promise<number> {
  const { driver, from } = options;
  if (from !== undefined) {
    const { initFromCompose } = await import('../init/from-compose.ts');
    await initFromCompose(name, { ...options, from });
    return ExitCode.pass;
  }
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
    taken: (word, environment) => {
      const [experiment, ...others] = pathsOf(word, base);
      const paths = environment === 'new' ? [experiment ?? '', ...others] : [experiment ?? ''];
      return options.force === true ? null : thereAlready(paths, cwd);
    },
  };
  const answers = answersFor(options);
  try {
    const settled = await settle(name, options, answers, around);
    const files = filesFor(settled, base);
    checkFiles(settled, files, around);
    const written = writeFiles(files, cwd);
    print(outcome(settled, files, written, options, cwd));
  } finally {
    answers.close();
  }
  return ExitCode.pass;
}

function answersFor({ yes }: InitOptions): Answers {
  if (yes === true) return defaultAnswers();
  // Questions are asked on stderr, so stderr must be the terminal.
  return process.stdin.isTTY && process.stderr.isTTY
    ? new AskedAnswers(process.stdin, process.stderr)
    : noAnswers();
}

function outcome(
  settled: Settled,
  files: readonly NewFile[],
  written: readonly string[],
  { driver }: InitOptions,
  cwd: string,
): string {
  const experiment = displayName(files[0]?.path ?? '', cwd);
  const word = shellWord(experiment);
  const on = driver === undefined ? '' : ` --driver ${driver}`;
  return [
    settled.title,
    '',
    ...written.map((path) => `wrote ${displayName(path, cwd)}`),
    '',
    'Next:',
    `  chaos plan ${word}${on}   what would happen, without doing it`,
    ...(settled.space === undefined
      ? [`  chaos run ${word}${on}    do it`]
      : [`  chaos explore ${word}${on} --runs 20    do it`]),
  ].join('\n');
}
