import { networkInterfaces } from 'node:os';
import type { Environment } from '../experiment/schema/environment.ts';
import { hostOf } from '../support/addresses.ts';
import { ChaosError } from '../support/errors.ts';
import { ATTACHED_ACTIONS, COMPOSE_OFFER, containersOffer } from './containers-offer.ts';
import { driverOffer, type DriverOffer } from './driver-offer.ts';

/**
 * What can be done with an environment, by the driver that the command line names or, by default, the one it needs.
 *
 * @throws ChaosError `usage` for an unknown driver, or one that is not for this environment
 */
export function offerFor(environment: Environment, driver: string | undefined): DriverOffer {
  if (environment.compose !== undefined) {
    if (driver !== undefined && driver !== COMPOSE_OFFER.driver) {
      throw new ChaosError(
        'usage',
        `--driver ${driver} would start servers of its own, and ${environment.name} brings up a compose file`,
        { hint: 'leave --driver out, or `compose` out of the environment' },
      );
    }
    return COMPOSE_OFFER;
  }
  if (driver === COMPOSE_OFFER.driver) {
    throw new ChaosError(
      'usage',
      `--driver compose is for environments with \`compose\`, and ${environment.name} has none`,
    );
  }
  if (environment.attach === undefined) {
    if (driver === 'attached') {
      throw new ChaosError(
        'usage',
        `--driver attached is for environments with \`attach\`, and ${environment.name} has none`,
      );
    }
    return driverOffer(driver ?? 'process');
  }
  if (driver !== undefined && driver !== 'attached') {
    throw new ChaosError(
      'usage',
      `--driver ${driver} would start servers, and those of ${environment.name} run already`,
      { hint: 'leave --driver out, or `attach` out of the environment' },
    );
  }
  if (environment.attach.docker !== undefined) return containersOffer(environment.attach.allowFaults);
  return attachedOffer(environment, { platform: process.platform, addresses: ownAddresses() });
}

/** @throws ChaosError `usage` for an unknown driver, before any file is read */
export function knownDriver(driver: string): void {
  if (driver !== 'attached' && driver !== COMPOSE_OFFER.driver) driverOffer(driver);
}

/** What is known about the machine of the runner. */
export interface Machine {
  platform: string;
  /** The addresses of its network interfaces. */
  addresses: readonly string[];
}

const NOT_OURS =
  'the runner could not start attached servers again as they were; of faults on nodes, `pause` is allowed';
const UNTOUCHED = 'the files, the version and the configuration of attached servers are not touched';

/** Links between clusters that a file may state: they are compared with the servers. */
const STATED = ['leafnode', 'gateway'];

/** What can be done with servers that the runner did not start: only what can be undone completely. */
export function attachedOffer(environment: Environment, machine: Machine): DriverOffer {
  if (environment.attach?.allowFaults !== true) {
    return { driver: 'attached', capabilities: [], links: STATED, readOnly: true };
  }
  const obstacle = pausingObstacle(environment, machine);
  return {
    driver: 'attached',
    capabilities: obstacle === null ? ['pausing'] : [],
    links: STATED,
    actions: ATTACHED_ACTIONS,
    reasons: {
      processes: NOT_OURS,
      links: 'the links of attached servers go through no proxy of the runner',
      disk: UNTOUCHED,
      storage: UNTOUCHED,
      versions: UNTOUCHED,
      configuration: UNTOUCHED,
      certificates: UNTOUCHED,
      ...(obstacle === null ? {} : { pausing: obstacle }),
    },
  };
}

/** Why servers cannot be paused, or null when they can: a process gets signals only on its own machine. */
function pausingObstacle(environment: Environment, machine: Machine): string | null {
  if (machine.platform !== 'linux') return 'processes that the runner did not start are found on Linux only';
  const elsewhere = Object.values(environment.clusters).flatMap(({ servers }) =>
    Object.entries(servers ?? {})
      .map(([node, { client }]) => ({ node, host: hostOf(client) }))
      .filter(({ host }) => !isHere(host, machine)),
  );
  if (elsewhere.length === 0) return null;
  const names = elsewhere.map(({ node, host }) => `${node} is on ${host}`).join(', ');
  return `a process can be frozen only on the machine of the runner, and ${names}`;
}

function isHere(host: string, { addresses }: Machine): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host) || addresses.includes(host);
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
