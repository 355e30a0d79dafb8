import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { exactWord, resolveBinary, type BinaryContext } from '../../drivers/binaries/index.ts';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { loadSpace, type LoadedSpace } from '../../experiment/load.ts';
import { formatProblems } from '../../experiment/source/problem.ts';
import type { RunTemplate } from '../../explore/run-files.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { buildPlan } from '../../plan/build.ts';
import { onMachine, withEnginesOf } from '../../plan/machine-offer.ts';
import type { Plan } from '../../plan/plan.ts';
import { complain } from '../output.ts';
import { loadOptions } from '../run/load-options.ts';

export interface SpaceOptions {
  nats?: string;
  driver?: string;
  /** Other machines carry the runs out: what this one lacks does not matter. */
  elsewhere?: boolean;
}

export interface PlannedSpace {
  loaded: LoadedSpace;
  /** Of an experiment with every fault and action of the space. */
  plan: Plan;
}

/**
 * Reads a space, and checks that every fault and action of it can be carried out here.
 *
 * @throws InvalidFileError with every problem, before anything is started
 */
export function planSpace(file: string, options: SpaceOptions, warn = complain): PlannedSpace {
  if (options.driver !== undefined) knownDriver(options.driver);
  const loaded = loadSpace(file, loadOptions(options));
  if (loaded.warnings.length > 0) warn(formatProblems(loaded.warnings));
  const environment = loaded.sample.environment.value;
  const able = offerFor(environment, options.driver);
  const offer =
    options.elsewhere === true ? able : onMachine(able, withEnginesOf(environment, surveyMachine()));
  return { loaded, plan: buildPlan(loaded.sample, offer) };
}

/** What every run of a search has: the environment's own folder is written into it, as its copies are elsewhere. */
export function templateOf(
  { space, pair, environmentPath }: LoadedSpace,
  nats: string | undefined,
): RunTemplate {
  const here = dirname(environmentPath);
  const environment = JSON.parse(
    JSON.stringify(pair.environment).replaceAll('${here}', JSON.stringify(here).slice(1, -1)),
  ) as RunTemplate['pair']['environment'];
  return {
    space,
    pair: { experiment: pair.experiment, environment },
    ...(nats === undefined ? {} : { nats }),
  };
}

export function digestOf({ sources }: LoadedSpace): string {
  return createHash('sha256').update(sources.join('\0')).digest('hex').slice(0, 16);
}

/** The release that a word means today, fetched once, so that all runs of a search use the same; a path means itself. */
export async function exactVersion(word: string, driver: string, binaries: BinaryContext): Promise<string> {
  if (driver !== 'process') return word;
  return exactWord(word, await resolveBinary({ tool: 'nats-server', wanted: word }, binaries));
}
