import { superClusters } from '../../resolve/reachable-clusters.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const gatewayStreamNames: EnvironmentRule = {
  name: 'gateways/stream-names',
  demand: 'In one account of a super-cluster, no two streams have the same name.',
  check({ inventory, complaints }) {
    for (const members of superClusters(inventory)) {
      const owners = new Map<string, string>();
      for (const [address, { cluster, account }] of inventory.streams) {
        if (!members.includes(cluster)) continue;
        const key = `${account ?? ''} ${address.slice(cluster.length + 1)}`;
        const owner = owners.get(key);
        if (owner !== undefined) {
          complaints.error(
            child('/streams', address),
            `${owner} has this name too, in the same account; expected another one, as gateways make ${members.join(' and ')} one JetStream system`,
            'key',
          );
        }
        owners.set(key, address);
      }
    }
  },
};
