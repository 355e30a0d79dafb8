import { notThere } from '../../resolve/addresses.ts';
import { clusterOf } from '../../resolve/inventory.ts';
import { entriesOf, field } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const streamCluster: EnvironmentRule = {
  name: 'streams/cluster',
  demand: 'The address of a stream names a cluster of the environment.',
  check({ value, inventory, complaints }) {
    for (const [address] of entriesOf(field(value, 'streams'))) {
      const cluster = clusterOf(address);
      if (inventory.clusters.has(cluster)) continue;
      complaints.error(
        child('/streams', address),
        notThere('cluster', cluster, [...inventory.clusters.keys()], inventory.name),
        'key',
      );
    }
  },
};
