import type { Capability } from '../drivers/driver.ts';
import type { Item } from '../experiment/common-schema.ts';
import { ChaosError } from '../support/errors.ts';

/** What a driver can do, known without starting or even loading it. */
export interface DriverOffer {
  driver: string;
  capabilities: readonly Capability[];
  /** Powers that it would have on another machine → what they need, and what of that is not here. */
  lacking?: Partial<Record<Capability, string>>;
  /** The kinds of links between clusters that it can make. */
  links: readonly string[];
  /** Why it has no power over something, in a few words, where there is more to say than that. */
  reasons?: Partial<Record<Capability, string>>;
  /** Nothing may be written or disturbed there. */
  readOnly?: true;
  /** The only kinds of actions that are done there; left out: all that its powers allow. */
  actions?: readonly string[];
  /** Why a fault as it is written cannot be done there, although its kind could be; null when it can. */
  readonly objection?: (fault: Item) => string | null;
}

/** Powers over servers that a driver has started itself. */
const OVER_OWN_SERVERS: readonly Capability[] = [
  'processes',
  'links',
  'packets',
  'disk',
  'versions',
  'configuration',
  'storage',
  'power',
  'disk-space',
  'disk-speed',
  'cpu',
  'memory',
  'pressure',
];

/** Every driver, the default one first. */
export const OFFERS: readonly DriverOffer[] = [
  { driver: 'process', capabilities: OVER_OWN_SERVERS, links: ['leafnode', 'gateway'] },
  { driver: 'docker', capabilities: OVER_OWN_SERVERS, links: ['leafnode', 'gateway'] },
];

/** @throws ChaosError `usage` for a driver that there is not */
export function driverOffer(driver: string): DriverOffer {
  const offer = OFFERS.find((one) => one.driver === driver);
  if (!offer) {
    throw new ChaosError(
      'usage',
      `there is no driver "${driver}"; expected one of ${OFFERS.map((one) => one.driver).join(', ')}`,
    );
  }
  return offer;
}

/** Whether an offer includes a power: whoever has power over processes can freeze them too. */
export function offers({ capabilities }: DriverOffer, power: Capability): boolean {
  return capabilities.includes(power) || (power === 'pausing' && capabilities.includes('processes'));
}
