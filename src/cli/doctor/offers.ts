import type { Fault } from '../../faults/fault.ts';
import { offers, type DriverOffer } from '../../plan/driver-offer.ts';
import { reasonAgainst } from '../../plan/machine-offer.ts';
import type { Check, Offer } from './check.ts';

/** What each driver can do on this machine; the first one is the default. */
export function driverOffers(offers: readonly DriverOffer[], checks: readonly Check[]): Offer[] {
  return offers.map(({ driver, capabilities }, i) => {
    const lacking = checks.filter((check) => isNeeded(check, driver) && check.status === 'missing');
    if (lacking.length > 0) {
      const titles = lacking.map(({ title }) => title).join(', ');
      return { name: driver, status: 'missing', detail: `lacks ${titles}` };
    }
    const detail = `${i === 0 ? 'the default; ' : ''}capabilities: ${capabilities.join(', ')}`;
    return { name: driver, status: 'ok', detail };
  });
}

/** Servers in containers come from images where no binary is installed; only the engine is essential. */
function isNeeded({ id, blocking }: Check, driver: string): boolean {
  return driver === 'docker' ? id === 'docker' : blocking === true;
}

/** The faults that a usable driver has the capabilities for; those on links need Toxiproxy too. */
export function faultOffers(
  faults: readonly Fault[],
  offer: DriverOffer,
  { canRun, hasToxiproxy }: { canRun: boolean; hasToxiproxy: boolean },
): Offer[] {
  return faults.map((fault) => {
    const { kind, summary, requires } = fault;
    const reason = reasonAgainst(requires, offer);
    if (reason !== null) return { name: kind, status: 'missing', detail: `needs ${reason}` };
    const missing = requires.filter((capability) => !offers(offer, capability));
    if (missing.length > 0) {
      const detail = `needs capabilities that no driver here has: ${missing.join(', ')}`;
      return { name: kind, status: 'missing', detail };
    }
    if (!canRun) return { name: kind, status: 'missing', detail: `needs the ${offer.driver} driver` };
    if (fault.mayTouch !== undefined && !hasToxiproxy)
      return { name: kind, status: 'missing', detail: 'needs toxiproxy-server' };
    return { name: kind, status: 'ok', detail: summary };
  });
}
