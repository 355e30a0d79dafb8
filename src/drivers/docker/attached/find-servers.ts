import type Docker from 'dockerode';
import { getJson, type Varz } from '../../../nats/monitor/monitor.ts';
import { ChaosError } from '../../../support/errors.ts';
import type { ContainersSpec, EnvironmentSpec } from '../../spec.ts';
import { layLinks, type PlacedNode } from '../../servers/topology.ts';
import { engineCall } from '../engine/calls.ts';
import { engineKeyOf, type NamedEngine } from '../engine/engines.ts';
import { inspectContainer, PROJECT_LABEL, type AttachedContainer } from './attached-container.ts';
import type { AttachedLink } from './attached-links.ts';
import { matchNodes } from './match-nodes.ts';
import type { Snapshot } from './snapshot.ts';
import { engineSide, publishedPort, whereIs } from './engine-side.ts';

/** A node and its container. */
export interface AttachedServer extends PlacedNode {
  container: AttachedContainer;
}

/**
 * The containers of all nodes, and where their servers are reached.
 *
 * @throws ChaosError `not-ready` with everything that is not as the file says
 */
export async function findServers(
  engines: readonly NamedEngine[],
  spec: EnvironmentSpec,
  chosen: ContainersSpec,
): Promise<AttachedServer[]> {
  const servers: AttachedServer[] = [];
  for (const engine of engines) {
    const clusters = spec.clusters.filter((cluster) => engineKeyOf(cluster) === engine.key);
    servers.push(...(await findServersOn(engine, { ...spec, clusters }, chosen)));
  }
  return servers;
}

async function findServersOn(
  { engine: { docker, address }, address: stated }: NamedEngine,
  spec: EnvironmentSpec,
  chosen: ContainersSpec,
): Promise<AttachedServer[]> {
  const addresses = spec.clusters.flatMap(({ name, nodes }) => nodes.map((node) => `${name}/${node}`));
  const candidates = await candidatesFor(docker, chosen);
  const { found, problems } = matchNodes(addresses, chosen, candidates);
  const side = { ...engineSide(address.host, process.platform), ...(stated ? { host: stated } : {}) };
  const servers: AttachedServer[] = [];
  for (const cluster of spec.clusters) {
    for (const [index, name] of cluster.nodes.entries()) {
      const node = `${cluster.name}/${name}`;
      const container = found.get(node);
      if (!container) continue;
      const where = whereIs(container, chosen, side);
      if (typeof where === 'string') {
        problems.push(`${node}: ${where}`);
        continue;
      }
      for (const [use, inside] of [
        ['client', chosen.clientPort],
        ['monitor', chosen.monitorPort],
      ] as const) {
        const first = cluster.ports[use];
        const on = publishedPort(container, inside);
        if (first === undefined || first + index === on) continue;
        problems.push(
          `${node} publishes its ${use} port ${on === undefined ? 'nowhere' : `on ${on}`}, and not on ${first + index}`,
        );
      }
      const ports = {
        client: chosen.clientPort,
        cluster: 0,
        monitor: chosen.monitorPort,
        leafnode: 0,
        gateway: 0,
      };
      servers.push({
        address: node,
        cluster: cluster.name,
        name,
        ...where,
        spec: cluster,
        ports,
        container,
      });
    }
  }
  if (problems.length > 0) throw notAsStated(spec, problems);
  return servers;
}

/** @throws ChaosError `unavailable` when no container belongs to what was chosen */
async function candidatesFor(
  docker: Docker,
  { project, label }: ContainersSpec,
): Promise<AttachedContainer[]> {
  const labels = [
    ...(project === undefined ? [] : [`${PROJECT_LABEL}=${project}`]),
    ...(label === undefined ? [] : [label]),
  ];
  const listed = await engineCall(
    'looking at the containers',
    docker.listContainers({ all: true, ...(labels.length === 0 ? {} : { filters: { label: labels } }) }),
  );
  if (listed.length === 0 && project !== undefined) {
    const all = await docker.listContainers({ all: true });
    const there = [...new Set(all.flatMap(({ Labels: own }) => own[PROJECT_LABEL] ?? []))].sort();
    throw new ChaosError(
      'not-ready',
      `no container belongs to the compose project ${project}; there ${there.length === 0 ? 'is no project' : `are ${there.join(', ')}`} on this engine`,
      { hint: 'docker compose ls shows the names of projects; DOCKER_HOST names another engine' },
    );
  }
  const seen = await Promise.all(
    // A container that is removed at this moment is left out.
    listed.map(({ Id: id }) => inspectContainer(docker, id).catch(() => null)),
  );
  return seen.filter((one) => one !== null);
}

/** What runs is not what the file says. */
export function notAsStated(spec: EnvironmentSpec, problems: readonly string[]): ChaosError {
  return new ChaosError('not-ready', `what runs is not what ${spec.name} says: ${problems.join('; ')}`, {
    hint: spec.attach
      ? 'nothing was changed; correct the environment file, or the containers'
      : 'correct the environment file, or the compose file',
  });
}

/** The ports for other servers, as a server reports them. */
type Listening = Varz & {
  cluster?: { cluster_port?: number };
  gateway?: { port?: number };
  leaf?: { port?: number };
};

/** The links between the nodes, as the file states them, and where each is dialled. */
export async function findLinks(
  spec: EnvironmentSpec,
  servers: readonly AttachedServer[],
  snapshots: ReadonlyMap<string, Snapshot>,
): Promise<AttachedLink[]> {
  const ports = new Map(
    await Promise.all(
      servers.map(async ({ address, monitor }) => {
        const { cluster, gateway, leaf } = await getJson<Listening>(monitor, '/varz');
        const of = { route: cluster?.cluster_port, gateway: gateway?.port, leafnode: leaf?.port };
        return [address, of] as const;
      }),
    ),
  );
  return layLinks(spec, servers).flatMap(({ id, kind, from, to }) => {
    if (kind === 'client' || kind === 'service') return [];
    const near = snapshots.get(from)?.endpoints.map(({ network }) => network) ?? [];
    const host = snapshots.get(to)?.endpoints.find(({ network }) => near.includes(network))?.address;
    return [{ id, kind, from, to, host, port: ports.get(to)?.[kind] ?? 0 }];
  });
}
