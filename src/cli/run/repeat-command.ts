import { shellWord } from '../../support/shell.ts';

/** What a run was told on the command line, as far as another one has to be told the same. */
export interface Told {
  file: string;
  environment?: string;
  nats?: string;
  driver?: string;
}

/**
 * The command line that repeats a run: with its seed, and on the very release that ran, whatever a series or `latest`
 * comes to by then.
 *
 * @param wanted the nats-server that the run was to have, from the command line or the environment
 * @param ran the release that it had, where that is known
 */
export function repeatCommand(told: Told, seed: number, wanted?: string, ran?: string): string {
  const isRelease = /^(latest|\d+(\.\d+)*)$/.test(wanted ?? '') && /^\d+\.\d+\.\d+/.test(ran ?? '');
  const nats = isRelease ? ran : told.nats;
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, shellWord(value)];
  return [
    'chaos run',
    shellWord(told.file),
    ...option('--environment', told.environment),
    ...option('--nats', nats),
    ...option('--driver', told.driver),
    `--seed ${seed}`,
  ].join(' ');
}
