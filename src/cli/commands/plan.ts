import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { loadExperiment } from '../../experiment/load.ts';
import { formatProblems } from '../../experiment/problem.ts';
import { redactData } from '../../experiment/secrets.ts';
import { buildPlan } from '../../plan/build.ts';
import { describePlan } from '../../plan/describe.ts';
import { knownDriver, offerFor } from '../../plan/attached-offer.ts';
import { onMachine, withEnginesOf } from '../../plan/machine-offer.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, print, printJson } from '../output.ts';
import { experimentFile } from '../run/experiment-files.ts';
import { overridesOf } from '../run/overrides.ts';

export interface PlanOptions {
  nats?: string;
  driver?: string;
  environment?: string;
  json?: boolean;
}

/** `chaos plan`: what a run would do, without doing it. */
export function planCommand(word: string, options: PlanOptions): Promise<number> {
  if (options.driver !== undefined) knownDriver(options.driver);
  const loaded = loadExperiment(experimentFile(word), { env: process.env, overrides: overridesOf(options) });
  if (loaded.warnings.length > 0) complain(formatProblems(loaded.warnings));
  const { value } = loaded.environment;
  const offer = onMachine(offerFor(value, options.driver), withEnginesOf(value, surveyMachine()));
  const plan = buildPlan(loaded, offer);
  if (options.json === true) printJson(redactData(plan, loaded.redact));
  else print(loaded.redact(describePlan(plan)));
  return Promise.resolve(ExitCode.pass);
}
