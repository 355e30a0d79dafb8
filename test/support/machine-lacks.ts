import type { Capability } from '../../src/drivers/driver.ts';
import { surveyMachine } from '../../src/drivers/process/machine-survey.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';
import { onMachine, reasonAgainst } from '../../src/plan/machine-offer.ts';

/**
 * Whether tests that need some powers have to be left out here; the reason is printed. Where a change is landed
 * (CI=true) nothing may be left out, so that there they run, and fail.
 */
export function machineLacks(what: string, powers: readonly Capability[]): boolean {
  const reason = reasonAgainst(powers, onMachine(driverOffer('process'), surveyMachine()));
  if (reason === null) return false;
  process.stderr.write(`NOT TESTED on this machine: ${what}, which needs ${reason}\n`);
  return process.env.CI !== 'true';
}
