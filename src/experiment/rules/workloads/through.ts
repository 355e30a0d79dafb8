import { clusterOf, streamAddressOf } from '../../resolve/inventory.ts';
import { clustersReachable } from '../../resolve/reachable-clusters.ts';
import { entriesOf, field, textOf } from '../../source/lenient.ts';
import { child } from '../../source/pointer.ts';
import type { ExperimentRule } from '../rule.ts';

export const through: ExperimentRule = {
  name: 'workloads/through',
  demand:
    'A workload that goes through another cluster reaches its stream from there, and its node is one of the cluster that it connects to.',
  check({ value, inventory, complaints }) {
    for (const [name, workload] of entriesOf(field(value, 'workloads'))) {
      const own = ['stream', 'consumer', 'ordered', 'bucket', 'cluster']
        .flatMap((key) => textOf(field(workload, key)) ?? [])
        .at(0);
      const way = textOf(field(workload, 'through'));
      const node = textOf(field(workload, 'node'));
      if (own === undefined) continue;
      const at = child('/workloads', name);
      const cluster = way ?? clusterOf(own);
      // A cluster or a node that there is not is an error of its own.
      if (node?.includes('/') === true && inventory.clusters.has(cluster) && clusterOf(node) !== cluster)
        complaints.error(`${at}/node`, `${node} is no node of ${cluster}, to which ${name} connects`);
      if (way === undefined || inventory.attached || !inventory.clusters.has(way)) continue;
      const stream = inventory.streams.get(streamAddressOf(own));
      if (stream === undefined) continue;
      if (way === stream.cluster) {
        complaints.error(`${at}/through`, `${way} is the cluster of ${own} itself; leave this out`);
      } else if (
        !clustersReachable(way, ['leafnode', 'gateway'], inventory, stream.account).has(stream.cluster)
      ) {
        complaints.error(
          `${at}/through`,
          `no link of account ${stream.account ?? 'none'} leads from ${way} to ${stream.cluster}`,
        );
      }
    }
  },
};
