import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { loadExperiment } from '../../experiment/load.ts';
import { formatProblems } from '../../experiment/problem.ts';
import { redactData } from '../../experiment/secrets.ts';
import { buildPlan } from '../../plan/build.ts';
import { describePlan } from '../../plan/describe.ts';
import { driverOffer } from '../../plan/driver-offer.ts';
import { onMachine } from '../../plan/machine-offer.ts';
import { ExitCode } from '../exit-codes.ts';
import { complain, print, printJson } from '../output.ts';

export interface PlanOptions {
  nats?: string;
  driver: string;
  json?: boolean;
}

/** `chaos plan`: what a run would do, without doing it. */
export function planCommand(file: string, options: PlanOptions): Promise<number> {
  const offer = onMachine(driverOffer(options.driver), surveyMachine());
  const overrides = options.nats === undefined ? {} : { overrides: { nats: options.nats } };
  const loaded = loadExperiment(file, { env: process.env, ...overrides });
  if (loaded.warnings.length > 0) complain(formatProblems(loaded.warnings));
  const plan = buildPlan(loaded, offer);
  if (options.json === true) printJson(redactData(plan, loaded.redact));
  else print(loaded.redact(describePlan(plan)));
  return Promise.resolve(ExitCode.pass);
}
