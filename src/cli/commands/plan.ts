import { isSpaceFile } from '../../experiment/load.ts';
import { describeSpace } from '../../explore/describe.ts';
import { lackingWarnings } from '../../explore/search.ts';
import { describePlan } from '../../plan/describe.ts';
import type { Plan } from '../../plan/plan.ts';
import { planSpace } from '../explore/space-plan.ts';
import { ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';
import { experimentFile, experimentFiles } from '../run/experiment-files.ts';
import { loadOptions } from '../run/load-options.ts';
import { planAll, type PlanAllOptions } from '../run/plan-all.ts';

export interface PlanOptions extends PlanAllOptions {
  tag?: string[];
  json?: boolean;
}

/** `chaos plan`: shows what runs would do, without doing it. As JSON one file is a plan, and anything else a list of them. */
export function planCommand(words: string[], options: PlanOptions): Promise<number> {
  const files = experimentFiles(words, options.tag);
  const isOneFile =
    words.length === 1 && options.tag === undefined && files[0] === experimentFile(words[0] ?? '');
  const space = isOneFile ? files.find((file) => isSpaceFile(file, loadOptions())) : undefined;
  if (space !== undefined) {
    showSpace(space, options);
    return Promise.resolve(ExitCode.pass);
  }
  const plans = planAll(files, options).map(({ plan }) => plan);
  if (options.json === true) printJson(isOneFile ? plans[0] : plans);
  else print(plans.map(describePlan).join('\n\n'));
  return Promise.resolve(ExitCode.pass);
}

/** What is the same in every run, and what each is drawn from. */
function showSpace(file: string, options: PlanOptions): void {
  const { loaded, plan, leftOut } = planSpace(file, options);
  if (options.json === true) printJson({ space: loaded.space, leftOut, plan: common(plan) });
  else
    print(
      [describePlan(common(plan)), describeSpace(loaded.space), ...lackingWarnings({ leftOut })].join('\n\n'),
    );
}

/** Its phases are one of everything, and no run has them. */
function common(plan: Plan): Plan {
  return { ...plan, phases: plan.phases.slice(-1) };
}
