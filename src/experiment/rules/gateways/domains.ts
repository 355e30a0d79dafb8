import { superClusters } from '../../resolve/reachable-clusters.ts';
import { child } from '../../source/pointer.ts';
import type { EnvironmentRule } from '../rule.ts';

export const gatewayDomains: EnvironmentRule = {
  name: 'gateways/domains',
  demand: 'All clusters of a super-cluster have one JetStream domain, or none: they share one meta group.',
  check({ inventory, complaints }) {
    const domainOf = (cluster: string): string | undefined => inventory.clusters.get(cluster)?.domain;
    const text = (cluster: string): string => domainOf(cluster) ?? 'none';
    for (const [first = '', ...others] of superClusters(inventory)) {
      for (const other of others) {
        if (domainOf(first) === domainOf(other)) continue;
        const owner = domainOf(other) === undefined ? first : other;
        complaints.error(
          `${child('/clusters', owner)}/jetstream/domain`,
          `the JetStream domain of ${other} is ${text(other)}, and that of ${first} is ${text(first)}; expected one for both, or none, as gateways make them one JetStream system`,
        );
      }
    }
  },
};
