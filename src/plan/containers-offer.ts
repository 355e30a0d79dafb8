import type { Item } from '../experiment/schema/common.ts';
import { textsOf } from '../experiment/source/lenient.ts';
import { faults } from '../faults/index.ts';
import type { DriverOffer } from './driver-offer.ts';

/** Actions that change no cluster, node or stream, or that name the change themselves. */
export const ATTACHED_ACTIONS = [
  'pause-workload',
  'resume-workload',
  'step-down',
  'scale-replicas',
  'purge',
  'delete-consumer',
  'pause-consumer',
  'resume-consumer',
  'rotate-clients',
];

const UNTOUCHED = 'the files, the version and the configuration of attached containers are not touched';
const UNLIMITED = 'the limits of attached containers are not touched';
const SHARED_MACHINE = 'the runner does not know who else uses the machine of these containers';
const ON_FILESYSTEMS = 'only a driver that configures its servers itself gives each a filesystem of its own';
const OF_THE_FILE = 'the compose file decides which release servers run and how they are configured';
const PROXYLESS =
  'these containers have no proxy on each link, whose port would show to which link a packet belongs';

/** What can be done with the containers of a compose file: the run makes them itself. */
export const COMPOSE_OFFER: DriverOffer = {
  driver: 'compose',
  capabilities: ['processes', 'links', 'disk', 'cpu', 'memory'],
  links: ['leafnode', 'gateway'],
  reasons: {
    packets: PROXYLESS,
    versions: OF_THE_FILE,
    configuration: OF_THE_FILE,
    storage:
      'a store is filled by a stream that a tag places on its server, and the compose file gives no such tag',
    power: ON_FILESYSTEMS,
    'disk-space': ON_FILESYSTEMS,
    'disk-speed': ON_FILESYSTEMS,
    pressure: SHARED_MACHINE,
  },
  objection: objectionTo,
};

/** What can be done with attached containers: only what leaves them as they were. */
export function containersOffer(allowFaults: boolean): DriverOffer {
  const shared = { driver: 'attached-docker', links: ['leafnode', 'gateway'] };
  if (!allowFaults) return { ...shared, capabilities: [], readOnly: true };
  return {
    ...shared,
    capabilities: ['processes', 'links'],
    actions: [...ATTACHED_ACTIONS, 'restart', 'rolling-restart'],
    reasons: {
      packets: PROXYLESS,
      disk: UNTOUCHED,
      storage: UNTOUCHED,
      versions: UNTOUCHED,
      configuration: UNTOUCHED,
      power: UNTOUCHED,
      'disk-space': UNTOUCHED,
      'disk-speed': UNTOUCHED,
      cpu: UNLIMITED,
      memory: UNLIMITED,
      pressure: SHARED_MACHINE,
    },
    objection: objectionTo,
  };
}

/** Faults on links that need no proxy: the networks of the containers are enough. */
const CUTS = ['partition', 'isolate', 'bridge', 'majorities-ring'];

function objectionTo(fault: Item): string | null {
  const { kind } = fault;
  if (faults.find((one) => one.kind === kind)?.mayTouch === undefined) return null;
  if (!CUTS.includes(kind)) {
    return `the fault ${kind} needs a proxy on each link, and these containers have none; of faults on links, ${CUTS.join(', ')} are done here`;
  }
  if (fault['direction'] !== undefined && fault['direction'] !== 'both')
    return 'the links of containers are cut in both directions or not at all: leave `direction` out';
  const sides = Array.isArray(fault['between']) ? fault['between'].flatMap(textsOf) : [];
  if (sides.includes('clients') || fault['clients'] === true)
    return 'clients connect to these containers directly: the runner can cut off only nodes from one another';
  return null;
}
