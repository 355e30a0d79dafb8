import { networkInterfaces } from 'node:os';
import type { Environment } from '../experiment/environment-schema.ts';
import { hostOf } from '../support/addresses.ts';
import { ChaosError } from '../support/errors.ts';
import { ATTACHED_ACTIONS, COMPOSE_OFFER, containersOffer } from './containers-offer.ts';
import { driverOffer, type DriverOffer } from './driver-offer.ts';

/**
 * What can be done with an environment: by the driver that the command line names, or else by the one it needs.
 *
 * @throws ChaosError `usage` for a driver that there is not, or that is not for this environment
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

/** @throws ChaosError `usage` for a driver that there is not, before any file is read */
export function knownDriver(driver: string): void {
  if (driver !== 'attached' && driver !== COMPOSE_OFFER.driver) driverOffer(driver);
}

/** What is known of the machine that the runner is on. */
export interface Machine {
  platform: string;
  /** The addresses of its network interfaces. */
  addresses: readonly string[];
}

const NOT_OURS =
  'nobody here could start attached servers again as they were; of faults on nodes, `pause` is allowed';
const UNTOUCHED = 'what attached servers keep on disk, run and read is left alone';

/** What can be done with servers that the runner did not start: at most what can be undone to the last bit. */
export function attachedOffer(environment: Environment, machine: Machine): DriverOffer {
  if (environment.attach?.allowFaults !== true) {
    return { driver: 'attached', capabilities: [], links: [], readOnly: true };
  }
  const obstacle = pausingObstacle(environment, machine);
  return {
    driver: 'attached',
    capabilities: obstacle === null ? ['pausing'] : [],
    links: [],
    actions: ATTACHED_ACTIONS,
    reasons: {
      processes: NOT_OURS,
      links: 'the links of attached servers go through no proxy of the runner',
      disk: UNTOUCHED,
      storage: UNTOUCHED,
      versions: UNTOUCHED,
      configuration: UNTOUCHED,
      ...(obstacle === null ? {} : { pausing: obstacle }),
    },
  };
}

/** Why servers cannot be frozen, or null: a process can be signalled only on the machine that it runs on. */
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
