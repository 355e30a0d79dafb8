import { conditionsOf } from '../../resolve/conditions-of.ts';
import type { Inventory } from '../../resolve/inventory.ts';
import { field, textOf } from '../../source/lenient.ts';
import type { ExperimentRule } from '../rule.ts';

/** The fields with the two clusters of each probe of gateways. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  gateways: ['cluster', 'remote'],
  'gateway-messages': ['from', 'to'],
  'interest-mode': ['from', 'to'],
};

export const gatewayProbes: ExperimentRule = {
  name: 'conditions/gateway-probes',
  demand: 'A probe of gateways reads clusters that gateways join.',
  check({ value, inventory, complaints }) {
    // Nobody says how the clusters of servers that run already are joined.
    if (inventory.attached) return;
    for (const { item, at } of conditionsOf(value)) {
      const kind = textOf(field(item, 'kind')) ?? '';
      const ends = ENDS[kind];
      if (ends === undefined) continue;
      const [near, far] = ends.map((name) => textOf(field(item, name)));
      if (near === undefined || !inventory.clusters.has(near)) continue;
      const peers = peersOf(near, inventory);
      if (peers.length === 0) {
        complaints.error(
          `${at}/${ends[0]}`,
          `no gateway joins ${near} to any cluster, and ${kind} reads gateways`,
        );
      } else if (far !== undefined && inventory.clusters.has(far) && !peers.includes(far)) {
        complaints.error(
          `${at}/${ends[1]}`,
          `no gateway joins ${near} and ${far}; gateways join it to ${peers.join(', ')}`,
        );
      }
    }
  },
};

function peersOf(cluster: string, { links }: Inventory): string[] {
  return links.flatMap(({ kind, clusters }) =>
    kind === 'gateway' && clusters.includes(cluster) ? clusters.filter((one) => one !== cluster) : [],
  );
}
