import type { Driver } from '../../drivers/driver.ts';
import type { TopologyRecord } from '../../history/record.ts';
import type { Plan } from '../../plan/plan.ts';

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
    ...servicesOf(driver),
    links: driver
      .links()
      .map(({ id, kind, from, to, direct }) => ({ name: id, kind, from, to, ...(direct && { direct }) })),
    streams,
  };
}

/** By service; left out where there is none. */
function servicesOf(driver: Driver): Pick<TopologyRecord, 'services'> {
  const replicas = driver.services?.list() ?? [];
  if (replicas.length === 0) return {};
  const names = [...new Set(replicas.map(({ service }) => service))];
  return {
    services: names.map((name) => ({
      name,
      replicas: replicas
        .filter(({ service }) => service === name)
        .map(({ address, name: own, ports }) => ({ address, name: own, ports })),
    })),
  };
}

/** What an environment leaves out is a default only of streams that the runner makes. */
async function replicasOf(driver: Driver, stream: string, declared: number): Promise<number> {
  return driver.attached === true ? (await driver.observer().streamInfo(stream)).replicas : declared;
}
