import type { MachineSurvey } from '../../drivers/machine.ts';
import { surveyMachine } from '../../drivers/process/machine-survey.ts';
import { faults } from '../../faults/index.ts';
import { driverOffer, OFFERS } from '../../plan/driver-offer.ts';
import { onMachine } from '../../plan/machine-offer.ts';
import { binaryChecks } from '../doctor/binaries.ts';
import type { Check, Diagnosis } from '../doctor/check.ts';
import { machineChecks } from '../doctor/machine.ts';
import { monitoringChecks } from '../doctor/monitoring.ts';
import { driverOffers, faultOffers } from '../doctor/offers.ts';
import { serviceChecks } from '../doctor/services.ts';
import { diagnosisText } from '../doctor/text.ts';
import { ExitCode } from '../exit-codes.ts';
import { print, printJson } from '../output.ts';
import { packageVersion } from '../package.ts';

export interface DoctorOptions {
  json?: boolean;
  /** The nats-server version that would be run. */
  nats?: string;
}

/**
 * `chaos doctor`: what this machine has, what is missing, and what it can run. Downloads nothing.
 *
 * @returns 0 when the default driver can run, 3 otherwise
 * @throws ChaosError `invalid` when `nats` is not a version
 */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const diagnosis = await diagnose(process.env, options.nats);
  const color = process.stdout.isTTY && !process.env['NO_COLOR'];
  if (options.json === true) printJson(diagnosis);
  else print(diagnosisText(diagnosis, color));
  return diagnosis.canRun ? ExitCode.pass : ExitCode.error;
}

/** What `chaos doctor` prints, as data. */
export async function diagnose(
  env: NodeJS.ProcessEnv,
  nats: string | undefined,
  survey: MachineSurvey = surveyMachine(env),
): Promise<Diagnosis> {
  const offer = onMachine(driverOffer('process'), survey);
  const [machine, binaries, monitoring] = await Promise.all([
    machineChecks(env, offer),
    binaryChecks(env, nats),
    monitoringChecks(env),
  ]);
  const mustGet = binaries.tools.some(({ status }) => status === 'limited');
  const around = machine.around.map((check) => (mustGet ? blockingCache(check) : check));
  const checks = [
    ...machine.basis,
    ...binaries.tools,
    ...binaries.sources,
    ...around,
    ...monitoring,
    ...serviceChecks(env),
  ];
  const canRun = !checks.some((check) => check.blocking === true);
  const hasToxiproxy = !binaries.tools.some(
    ({ id, status }) => id === 'toxiproxy-server' && status === 'missing',
  );
  return {
    version: packageVersion(),
    checks,
    drivers: driverOffers(OFFERS, checks),
    faults: faultOffers(faults, offer, { canRun, hasToxiproxy }),
    canRun,
  };
}

/** A binary that still has to be fetched needs a place to put it. */
function blockingCache(check: Check): Check {
  return check.id === 'cache' && check.status === 'missing' ? { ...check, blocking: true } : check;
}
