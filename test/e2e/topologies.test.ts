import { shippedSuite } from './shipped-suite.ts';

/** One of each folder: the others are for `chaos nightly experiments`, and would take too long here. */
const CHOSEN = [
  'accounts/isolation.yaml',
  'leafnodes/accounts-over-one-link.yaml',
  'supercluster/queue-mode.yaml',
  'tls/certificates-rotated.yaml',
];

/** Gateways, and certificates in containers. */
const ON_CONTAINERS_TOO = ['supercluster/queue-mode.yaml', 'tls/certificates-rotated.yaml'];

shippedSuite(CHOSEN, ON_CONTAINERS_TOO);
