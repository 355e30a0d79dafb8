import type { DiscoveredSystem } from './model.ts';

/**
 * The system without the domains of clusters that gateways join although they have different ones: gateways make them one
 * JetStream system, which has one domain or none.
 */
export function withOneDomain(system: DiscoveredSystem): DiscoveredSystem {
  const joined = system.links.flatMap((link) => (link.kind === 'gateway' ? [link.between] : []));
  const domainOf = (cluster: string): string | undefined =>
    system.clusters.find(({ name }) => name === cluster)?.domain;
  const differing = new Set(joined.filter(([a, b]) => domainOf(a) !== domainOf(b)).flat());
  if (differing.size === 0) return system;
  return {
    ...system,
    clusters: system.clusters.map((cluster) => {
      if (!differing.has(cluster.name)) return cluster;
      const rest = { ...cluster };
      delete rest.domain;
      return rest;
    }),
    notes: [
      ...system.notes,
      {
        text: `gateways join ${[...differing].sort().join(', ')}, which have different JetStream domains: they are left out, as gateways make them one JetStream system`,
      },
    ],
  };
}
