import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { examineExperiment, type LoadedExperiment } from '../../experiment/load.ts';
import { formatProblems, InvalidFileError, type Problem } from '../../experiment/source/problem.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { buildPlan, LackingError } from '../../plan/build.ts';
import { onMachine, withEnginesOf } from '../../plan/machine-offer.ts';
import type { Plan } from '../../plan/plan.ts';
import { rehearsalOf } from '../../plan/rehearsal.ts';
import { complain } from '../output.ts';
import { loadOptions } from './load-options.ts';

export interface Planned {
  file: string;
  plan: Plan;
  loaded: LoadedExperiment;
}

export interface PlanAllOptions {
  nats?: string;
  environment?: string;
  driver?: string;
  /** The servers stay afterwards: then every link is under control. */
  keep?: boolean;
  /** Another machine carries it out: what this one lacks does not matter. */
  elsewhere?: boolean;
  /** The servers may serve further runs: the same. */
  serveSeveral?: boolean;
  /** Without faults. */
  rehearse?: boolean;
}

/** A valid experiment that cannot be carried out on this machine. */
export interface Lacking {
  file: string;
  loaded: LoadedExperiment;
  problems: readonly Problem[];
}

/**
 * Plans every file; new warnings go to stderr.
 *
 * @throws InvalidFileError with every problem of every file, and everything that is missing for any of them, before
 * anything is started
 */
export function planAll(files: readonly string[], options: PlanAllOptions, warn = complain): Planned[] {
  const { planned, lacking } = planEach(files, options, warn);
  if (lacking.length === 0) return planned;
  const hint =
    'chaos doctor says what this machine can run; --skip-unavailable leaves out the rest of a folder';
  throw new LackingError(
    lacking.flatMap(({ problems }) => problems),
    files.length > 1 ? { hint } : {},
  );
}

/**
 * The same, but returns experiments apart that only another machine or another driver could carry out.
 *
 * @throws InvalidFileError with every problem of every file, before anything is started
 */
export function planEach(
  files: readonly string[],
  options: PlanAllOptions,
  warn = complain,
): { planned: Planned[]; lacking: Lacking[] } {
  if (options.driver !== undefined) knownDriver(options.driver);
  const examined = files.map((file) => ({
    file,
    ...examineExperiment(file, loadOptions(options)),
  }));
  const problems = examined.flatMap((one) => one.problems);
  if (problems.some((problem) => problem.severity === 'error')) throw new InvalidFileError(problems);
  if (problems.length > 0) warn(formatProblems(problems));
  const allLinks =
    options.keep === true
      ? { allLinks: '--keep' }
      : options.serveSeveral === true
        ? { allLinks: 'servers that serve several runs' }
        : {};
  const machine = surveyMachine();
  const planned: Planned[] = [];
  const lacking: Lacking[] = [];
  for (const { file, loaded } of examined) {
    if (!loaded) continue;
    const { value } = loaded.environment;
    const able = offerFor(value, options.driver);
    const offer = options.elsewhere === true ? able : onMachine(able, withEnginesOf(value, machine));
    try {
      const plan = buildPlan(loaded, offer, allLinks);
      planned.push({ file, loaded, plan: options.rehearse === true ? rehearsalOf(plan) : plan });
    } catch (thrown) {
      if (!(thrown instanceof LackingError)) throw thrown;
      lacking.push({ file, loaded, problems: thrown.problems });
    }
  }
  return { planned, lacking };
}
