import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { exactWord, resolveBinary, type BinaryContext } from '../../drivers/binaries/index.ts';
import type { MachineSurvey } from '../../drivers/machine.ts';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { loadSpace, type LoadedSpace } from '../../experiment/load.ts';
import { formatProblems } from '../../experiment/source/problem.ts';
import { didYouMean } from '../../experiment/source/suggest.ts';
import type { RunTemplate } from '../../explore/run-files.ts';
import type { SavedSearch } from '../../explore/saved.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { buildPlan } from '../../plan/build.ts';
import type { DriverOffer } from '../../plan/driver-offer.ts';
import { onMachine, withEnginesOf } from '../../plan/machine-offer.ts';
import type { Plan } from '../../plan/plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { ChaosError } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { loadOptions } from '../run/load-options.ts';

export interface SpaceOptions {
  nats?: string;
  driver?: string;
  /** Other machines carry the runs out: what this one lacks does not matter. */
  elsewhere?: boolean;
  /** Kinds of faults and actions that are not to be drawn. */
  without?: readonly string[];
  /** What a search that goes on leaves out; nothing else is then. */
  leftOut?: SavedSearch['leftOut'];
  /** Left out: this machine. */
  survey?: MachineSurvey;
}

export interface PlannedSpace {
  loaded: LoadedSpace;
  /** Of an experiment with every fault and action of the space. */
  plan: Plan;
  /** Faults and actions of the file that are not in this space. */
  leftOut: NonNullable<SavedSearch['leftOut']>;
}

/**
 * Reads a space without the faults and actions that are not wanted, or that this machine or the driver cannot carry out
 * although others can; `leftOut` has both.
 *
 * @throws InvalidFileError with every problem, before anything is started; a LackingError where nothing is left
 */
export function planSpace(file: string, options: SpaceOptions, warn = complain): PlannedSpace {
  if (options.driver !== undefined) knownDriver(options.driver);
  const loaded = loadSpace(file, loadOptions(options));
  if (loaded.warnings.length > 0) warn(formatProblems(loaded.warnings));
  const environment = loaded.sample.environment.value;
  const able = offerFor(environment, options.driver);
  const offer =
    options.elsewhere === true
      ? able
      : onMachine(able, withEnginesOf(environment, options.survey ?? surveyMachine()));
  const leftOut = options.leftOut ?? [...unwanted(loaded, options.without ?? []), ...lacking(loaded, offer)];
  const items = loaded.space.items.filter(({ name }) => !leftOut.some((one) => one.name === name));
  const isLeft = items.length > 0;
  const plan = buildPlan(isLeft ? loaded.sampleOf(items) : loaded.sample, offer);
  if (!isLeft) throw new ChaosError('usage', '--without leaves nothing to draw from');
  return { loaded: { ...loaded, space: { ...loaded.space, items } }, plan, leftOut };
}

/** @throws ChaosError `usage` for a kind that the space does not have */
function unwanted({ space, file }: LoadedSpace, kinds: readonly string[]): { name: string }[] {
  const known = [...new Set(space.items.map(({ kind }) => kind))];
  for (const kind of kinds) {
    if (known.includes(kind)) continue;
    const expected = didYouMean(kind, known) || `; expected one of ${known.join(', ')}`;
    throw new ChaosError('usage', `--without: "${kind}" is no fault or action of ${file}${expected}`);
  }
  return space.items.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => ({ name }));
}

/** What another machine or another driver could carry out, and this one cannot. */
function lacking(loaded: LoadedSpace, offer: DriverOffer): { name: string; why: string }[] {
  return loaded.space.items.flatMap((item) => {
    const [refused] = refusals(loaded.sampleOf([item]), offer).filter((one) => one.lacking);
    return refused === undefined ? [] : [{ name: item.name, why: refused.message }];
  });
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
