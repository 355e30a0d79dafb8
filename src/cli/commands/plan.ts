import { describePlan } from '../../plan/describe.ts';
import { ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';
import { experimentFile, experimentFiles } from '../run/experiment-files.ts';
import { planAll, type PlanAllOptions } from '../run/plan-all.ts';

export interface PlanOptions extends PlanAllOptions {
  tag?: string[];
  json?: boolean;
}

/** `chaos plan`: shows what runs would do, without doing it. As JSON one file is a plan, and anything else a list of them. */
export function planCommand(words: string[], options: PlanOptions): Promise<number> {
  const files = experimentFiles(words, options.tag);
  const plans = planAll(files, options).map(({ plan }) => plan);
  const isOneFile =
    words.length === 1 && options.tag === undefined && files[0] === experimentFile(words[0] ?? '');
  if (options.json === true) printJson(isOneFile ? plans[0] : plans);
  else print(plans.map(describePlan).join('\n\n'));
  return Promise.resolve(ExitCode.pass);
}
