import { clusterOf, streamAddressOf } from '../../resolve/inventory.ts';
import { entriesOf, field, numberOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const replicas: EnvironmentRule = {
  name: 'streams/replicas',
  demand: 'A stream or consumer has no more replicas than its cluster has nodes.',
  check({ value, inventory, complaints }) {
    for (const key of ['streams', 'consumers']) {
      for (const [address, asset] of entriesOf(field(value, key))) {
        // A consumer of an unknown stream is an error of its own.
        if (!inventory.streams.has(streamAddressOf(address))) continue;
        const cluster = clusterOf(address);
        const nodes = inventory.clusters.get(cluster)?.nodes.length ?? 0;
        const wanted = numberOf(field(asset, 'replicas'));
        if (wanted === undefined || nodes === 0 || wanted <= nodes) continue;
        complaints.error(
          `${child(`/${key}`, address)}/replicas`,
          `found ${wanted} replicas; expected ${nodes} at most, as ${cluster} has ${nodes === 1 ? 'one node' : `${nodes} nodes`}`,
        );
      }
    }
  },
};
