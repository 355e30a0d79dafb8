import type { Capability } from '../drivers/driver.ts';
import type { Item } from '../experiment/schema/common.ts';
import { ChaosError } from '../support/errors.ts';

/** What a driver can do; known without starting or loading it. */
export interface DriverOffer {
  driver: string;
  capabilities: readonly Capability[];
  /** Capabilities that it would have on another machine → what they need, and what of that is missing here. */
  lacking?: Partial<Record<Capability, string>>;
  /** The kinds of links between clusters that it can make. */
  links: readonly string[];
  /** Why it lacks a capability, in a few words, where a reason helps. */
  reasons?: Partial<Record<Capability, string>>;
  /** Nothing may be written or disturbed in the environment. */
  readOnly?: true;
  /** The only kinds of actions that it performs; left out: all that its capabilities allow. */
  actions?: readonly string[];
  /** Why a fault with these options cannot be injected, although its kind can be; null when it can. */
  readonly objection?: (fault: Item) => string | null;
}

/** Capabilities on servers that a driver has started itself. */
const ON_OWN_SERVERS: readonly Capability[] = [
  'processes',
  'links',
  'packets',
  'disk',
  'versions',
  'configuration',
  'certificates',
  'storage',
  'power',
  'disk-space',
  'disk-speed',
  'cpu',
  'memory',
  'pressure',
  'services',
];

/** Every driver, the default one first. */
export const OFFERS: readonly DriverOffer[] = [
  { driver: 'process', capabilities: ON_OWN_SERVERS, links: ['leafnode', 'gateway'] },
  { driver: 'docker', capabilities: ON_OWN_SERVERS, links: ['leafnode', 'gateway'] },
];

/** @throws ChaosError `usage` for an unknown driver */
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

/** Whether an offer includes a capability: a driver that controls processes can pause them too. */
export function offers({ capabilities }: DriverOffer, wanted: Capability): boolean {
  return capabilities.includes(wanted) || (wanted === 'pausing' && capabilities.includes('processes'));
}
