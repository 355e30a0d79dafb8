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
const REASONS = {
  packets: 'these containers have no proxy on each link, by whose port its packets could be told',
  disk: UNTOUCHED,
  storage: UNTOUCHED,
  versions: UNTOUCHED,
  configuration: UNTOUCHED,
};

/** What can be done with the containers of a compose file, which are the run's own. */
export const COMPOSE_OFFER: DriverOffer = {
  driver: 'compose',
  capabilities: ['processes', 'links'],
  links: ['leafnode', 'gateway'],
  reasons: REASONS,
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
    reasons: REASONS,
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
