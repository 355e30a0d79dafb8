import type { Fault } from '../../faults/fault.ts';
import { offers, type DriverOffer } from '../../plan/driver-offer.ts';
import { reasonAgainst } from '../../plan/machine-offer.ts';
import type { Check, Offer } from './check.ts';

/** What the default driver gives on this machine. */
export function driverOffers(offer: DriverOffer, checks: readonly Check[]): Offer[] {
  const lacking = checks.filter((check) => check.blocking === true);
  const powers = offer.capabilities.join(', ');
  return [
    lacking.length === 0
      ? { name: offer.driver, status: 'ok', detail: `the default; has power over ${powers}` }
      : {
          name: offer.driver,
          status: 'missing',
          detail: `lacks ${lacking.map(({ title }) => title).join(', ')}`,
        },
  ];
}

/** Which faults a driver that can run has the powers for. */
export function faultOffers(faults: readonly Fault[], offer: DriverOffer, canRun: boolean): Offer[] {
  return faults.map(({ kind, summary, requires }) => {
    const reason = reasonAgainst(requires, offer);
    if (reason !== null) return { name: kind, status: 'missing', detail: `needs ${reason}` };
    const powerless = requires.filter((power) => !offers(offer, power));
    if (powerless.length > 0) {
      const detail = `needs power over ${powerless.join(', ')}, which no driver here has`;
      return { name: kind, status: 'missing', detail };
    }
    if (!canRun) return { name: kind, status: 'missing', detail: `needs the ${offer.driver} driver` };
    return { name: kind, status: 'ok', detail: summary };
  });
}
