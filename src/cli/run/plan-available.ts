import type { LeftOut } from '../../report/left-out.ts';
import { complain } from '../output.ts';
import { enginesHere } from './engines-here.ts';
import { planAll, planEach, type PlanAllOptions, type Planned } from './plan-all.ts';

export interface PlanAvailableOptions extends PlanAllOptions {
  /** Leave out what cannot be carried out here, instead of refusing everything. */
  skipUnavailable?: boolean;
}

/**
 * Plans every file. When requested, leaves out experiments that only another machine or another driver could carry out:
 * they are valid.
 *
 * @throws InvalidFileError with every problem of every file, before anything is started
 */
export async function planAvailable(
  files: readonly string[],
  options: PlanAvailableOptions,
  warn = complain,
): Promise<{ planned: Planned[]; leftOut: LeftOut[] }> {
  if (options.skipUnavailable !== true) return { planned: planAll(files, options, warn), leftOut: [] };
  const { planned, lacking } = planEach(files, options, warn);
  const lackOf = enginesHere(process.env);
  const leftOut = lacking.map((one) => {
    const reasons = one.problems.map(({ message }) => message);
    return leftOutOf(one, [...new Set(reasons)].join('; '));
  });
  const carriedOut: Planned[] = [];
  for (const one of planned) {
    const reason =
      options.elsewhere === true ? null : await lackOf(one.plan.driver, one.loaded.environment.value);
    if (reason === null) carriedOut.push(one);
    else leftOut.push(leftOutOf(one, reason));
  }
  return { planned: carriedOut, leftOut };
}

function leftOutOf({ file, loaded }: Pick<Planned, 'file' | 'loaded'>, reason: string): LeftOut {
  const { name, title } = loaded.experiment.value;
  return { experiment: name, title: loaded.redact(title), file, reason: loaded.redact(reason) };
}
