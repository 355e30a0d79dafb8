import type { Fault } from '../../faults/fault.ts';
import { offers, type DriverOffer } from '../../plan/driver-offer.ts';
import { reasonAgainst } from '../../plan/machine-offer.ts';
import type { Check, Offer } from './check.ts';

/** What each driver gives on this machine; the first one is the default. */
export function driverOffers(offers: readonly DriverOffer[], checks: readonly Check[]): Offer[] {
  return offers.map(({ driver, capabilities }, i) => {
    const lacking = checks.filter((check) => isNeeded(check, driver) && check.status === 'missing');
    if (lacking.length > 0) {
      const titles = lacking.map(({ title }) => title).join(', ');
      return { name: driver, status: 'missing', detail: `lacks ${titles}` };
    }
    const detail = `${i === 0 ? 'the default; ' : ''}has power over ${capabilities.join(', ')}`;
    return { name: driver, status: 'ok', detail };
  });
}

/** Servers in containers come from images where there is no binary; the engine is what they cannot do without. */
function isNeeded({ id, blocking }: Check, driver: string): boolean {
  return driver === 'docker' ? id === 'docker' : blocking === true;
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
