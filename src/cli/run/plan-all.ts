import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { examineExperiment, type LoadedExperiment } from '../../experiment/load.ts';
import { formatProblems, InvalidFileError } from '../../experiment/problem.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { buildPlan } from '../../plan/build.ts';
import { onMachine, withEnginesOf } from '../../plan/machine-offer.ts';
import type { Plan } from '../../plan/plan.ts';
import { complain } from '../output.ts';
import { overridesOf } from './overrides.ts';

export interface Planned {
  file: string;
  plan: Plan;
  loaded: LoadedExperiment;
}

export interface PlanAllOptions {
  nats?: string;
  environment?: string;
  driver?: string;
}

/**
 * Plans every file; warnings go to stderr, unless they have been told of.
 *
 * @throws InvalidFileError with every problem of every file, before anything is started
 */
export function planAll(files: readonly string[], options: PlanAllOptions, warn = complain): Planned[] {
  if (options.driver !== undefined) knownDriver(options.driver);
  const examined = files.map((file) => ({
    file,
    ...examineExperiment(file, { env: process.env, overrides: overridesOf(options) }),
  }));
  const problems = examined.flatMap((one) => one.problems);
  if (problems.some((problem) => problem.severity === 'error')) throw new InvalidFileError(problems);
  if (problems.length > 0) warn(formatProblems(problems));
  const machine = surveyMachine();
  return examined.flatMap(({ file, loaded }) => {
    if (!loaded) return [];
    const { value } = loaded.environment;
    const offer = onMachine(offerFor(value, options.driver), withEnginesOf(value, machine));
    return [{ file, loaded, plan: buildPlan(loaded, offer) }];
  });
}
