import type { Item } from '../experiment/common-schema.ts';
import { textsOf } from '../experiment/lenient.ts';
import { faults } from '../faults/index.ts';
import type { DriverOffer } from './driver-offer.ts';

/** What leaves the cluster, its nodes and its streams what they are, or says itself what it changes. */
export const ATTACHED_ACTIONS = [
  'pause-workload',
  'resume-workload',
  'step-down',
  'scale-replicas',
  'purge',
  'delete-consumer',
];

const UNTOUCHED = 'what containers that somebody else made keep on disk, run and read is left alone';
const UNLIMITED = 'what containers that somebody else made are limited in is left as it is';
const BESIDE = 'nobody here knows who else shares the machine of these containers';
const ON_FILESYSTEMS = 'only a driver that configures its servers itself gives each a filesystem of its own';
const OF_THE_FILE = "which release servers run, and how they are configured, is the compose file's";
const PROXYLESS = 'these containers have no proxy on each link, by whose port its packets could be told';

/** What can be done with the containers of a compose file, which are the run's own. */
export const COMPOSE_OFFER: DriverOffer = {
  driver: 'compose',
  capabilities: ['processes', 'links', 'disk', 'cpu', 'memory'],
  links: ['leafnode', 'gateway'],
  reasons: {
    packets: PROXYLESS,
    versions: OF_THE_FILE,
    configuration: OF_THE_FILE,
    storage:
      'a store is filled by a stream that only its server may take, by a tag that the compose file does not give it',
    power: ON_FILESYSTEMS,
    'disk-space': ON_FILESYSTEMS,
    'disk-speed': ON_FILESYSTEMS,
    pressure: BESIDE,
  },
  objection: objectionTo,
};

/** What can be done with containers that somebody else runs: at most what leaves them as they were found. */
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
      pressure: BESIDE,
    },
    objection: objectionTo,
  };
}

/** Faults on links that need no proxy: the containers' networks do. */
const CUTS = ['partition', 'isolate', 'bridge', 'majorities-ring'];

function objectionTo(fault: Item): string | null {
  const { kind } = fault;
  if (faults.find((one) => one.kind === kind)?.requires.includes('links') !== true) return null;
  if (!CUTS.includes(kind)) {
    return `the fault ${kind} needs a proxy on each link, and these containers have none; of faults on links, ${CUTS.join(', ')} are done here`;
  }
  if (fault['direction'] !== undefined && fault['direction'] !== 'both')
    return 'the links of containers are cut in both directions or not at all: leave `direction` out';
  const sides = Array.isArray(fault['between']) ? fault['between'].flatMap(textsOf) : [];
  if (sides.includes('clients') || fault['clients'] === true)
    return 'clients reach these containers by no link of the runner, which can cut only nodes off from one another';
  return null;
}
