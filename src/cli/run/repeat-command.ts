import { shellWord } from '../../support/shell.ts';

/** The options of a run that another run needs in order to repeat it. */
export interface GivenOptions {
  file: string;
  environment?: string;
  nats?: string;
  driver?: string;
  rehearse?: boolean;
}

/**
 * The command line that repeats a run: with its seed, and on exactly the release that ran, even if a series or `latest`
 * means another one by then.
 *
 * @param wanted the nats-server that the command line or the environment asked for
 * @param ran the release that ran, where that is known
 */
export function repeatCommand(given: GivenOptions, seed: number, wanted?: string, ran?: string): string {
  const isRelease = /^(latest|\d+(\.\d+)*)$/.test(wanted ?? '') && /^\d+\.\d+\.\d+/.test(ran ?? '');
  const nats = isRelease ? ran : given.nats;
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, shellWord(value)];
  return [
    'chaos run',
    shellWord(given.file),
    ...option('--environment', given.environment),
    ...option('--nats', nats),
    ...option('--driver', given.driver),
    ...(given.rehearse === true ? ['--rehearse'] : []),
    `--seed ${seed}`,
  ].join(' ');
}
