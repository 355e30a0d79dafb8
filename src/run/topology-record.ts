import type { Driver } from '../drivers/driver.ts';
import type { TopologyRecord } from '../history/record.ts';
import type { Plan } from '../plan/plan.ts';

/** What runs, for the report. */
export async function topologyOf(plan: Plan, driver: Driver): Promise<TopologyRecord> {
  const streams = await Promise.all(
    plan.spec.streams.map(async ({ address, replicas, mirror }) => ({
      address,
      replicas: await replicasOf(driver, address, replicas),
      ...(mirror ? { mirrorOf: `${mirror.cluster}/${mirror.stream}` } : {}),
    })),
  );
  return {
    clusters: plan.spec.clusters.map((cluster) => ({
      name: cluster.name,
      nodes: driver
        .nodes()
        .filter((node) => node.cluster === cluster.name)
        .map(({ name, client, monitor }) => ({ name, client, monitor })),
    })),
    links: driver.links().map(({ id, kind, from, to }) => ({ name: id, kind, from, to })),
    streams,
  };
}

/** What an environment leaves out is a default only of streams that the runner makes. */
async function replicasOf(driver: Driver, stream: string, declared: number): Promise<number> {
  return driver.attached === true ? (await driver.observer().streamInfo(stream)).replicas : declared;
}
