import type { Driver } from '../drivers/driver.ts';
import type { TopologyRecord } from '../history/record.ts';
import type { Plan } from '../plan/plan.ts';

/** What runs, for the report. */
export function topologyOf(plan: Plan, driver: Driver): TopologyRecord {
  return {
    clusters: plan.spec.clusters.map((cluster) => ({
      name: cluster.name,
      nodes: driver
        .nodes()
        .filter((node) => node.cluster === cluster.name)
        .map(({ name, client, monitor }) => ({ name, client, monitor })),
    })),
    links: driver.links().map(({ id, kind, from, to }) => ({ name: id, kind, from, to })),
    streams: plan.spec.streams.map(({ address, replicas, mirror }) => ({
      address,
      replicas,
      ...(mirror ? { mirrorOf: `${mirror.cluster}/${mirror.stream}` } : {}),
    })),
  };
}
