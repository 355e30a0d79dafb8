import type { ClusterSpec, EnvironmentSpec } from '../../spec.ts';
import { layLinks, type PlacedLink, type PlacedNode } from '../../servers/topology.ts';
import { engineKeyOf, type EngineKey } from '../engine/engines.ts';
import { namePrefix } from '../engine/labels.ts';
import { planReplicas, type PlannedReplica } from './service-layout.ts';

/** Ports inside of containers: each has an address of its own, so all use the same. */
export const INSIDE = {
  client: 4222,
  cluster: 6222,
  monitor: 8222,
  leafnode: 7422,
  gateway: 7222,
  websocket: 8080,
  mqtt: 1883,
} as const;
export const TOXIPROXY_API = 8474;
const FIRST_PROXY_PORT = 20_000;
/** Hosts of a network count from here; the engine itself takes the first address. */
const TOXIPROXY_HOST = 2;
const FIRST_NODE_HOST = 3;

/** Everything of a run that is known before an engine makes it, except addresses. */
export interface Layout {
  nodes: DockerNode[];
  replicas: DockerReplica[];
  links: DockerLink[];
  networks: NetworkPlan[];
  /** One on each engine that has proxies. */
  toxiproxies: ToxiproxyPlan[];
}

/** Where one container is in one network. */
export interface NetworkHost {
  network: string;
  /** Counted from the network's own address. */
  host: number;
  aliases: string[];
}

export interface NetworkPlan {
  /** Name on the engine, unique among all engines of the run. */
  name: string;
  engine: EngineKey;
  /** `services`: of all replicas of services, and the nodes of the clusters that they are linked with. */
  role: 'access' | 'cluster' | 'link' | 'services';
  /** How many addresses it needs, its own and the engine's included. */
  size: number;
}

export interface DockerNode {
  address: string;
  cluster: string;
  name: string;
  spec: ClusterSpec;
  engine: EngineKey;
  /** Name on the engine, of the container and of its volume. */
  container: string;
  hosts: NetworkHost[];
}

/** A replica of a service, with its addresses. */
export interface DockerReplica extends PlannedReplica {
  hosts: NetworkHost[];
}

export interface ToxiproxyPlan {
  engine: EngineKey;
  /** Name on the engine. */
  name: string;
  hosts: NetworkHost[];
}

export interface DockerLink extends PlacedLink {
  /** Where its proxy listens, inside of Toxiproxy's container; a direct link has none. */
  proxyPort: number;
  /** The engine of its proxy: the one of the node that dials. */
  engine: EngineKey;
  /** The network over which it is dialled. */
  network: string;
  /**
   * On a link to another engine: where the proxy sends to. A Toxiproxy there forwards everything, from the same port,
   * so that each server has a Toxiproxy of its own engine on the other side.
   */
  entrance?: { engine: EngineKey; network: string };
}

/**
 * One network for each cluster, one for each link between clusters (on the engine of each), one for all services, and
 * on each engine one that carries the published ports, on which containers cannot reach each other.
 */
export function layOut(spec: EnvironmentSpec, runId: string): Layout {
  const prefix = namePrefix(runId);
  const nodes = spec.clusters.flatMap((cluster) =>
    cluster.nodes.map((name) => ({
      address: `${cluster.name}/${name}`,
      cluster: cluster.name,
      name,
      spec: cluster,
      engine: engineKeyOf(cluster),
      container: `${prefix}-${cluster.name}-${name}`,
    })),
  );
  const replicas = planReplicas(spec, prefix);
  const networks = planNetworks(spec, prefix).map((network) => ({
    ...network,
    nodes: [
      ...nodes.filter(({ cluster }) => network.clusters.includes(cluster)),
      ...replicas.filter(({ engine }) => ofReplicas(network) && engine === network.engine),
    ].map(({ address }) => address),
  }));
  const links = placeLinks(spec, nodes, networks, replicas);
  const hostsOf = (address: string, name: string): NetworkHost[] =>
    networks.flatMap(({ name: network, nodes: of }) => {
      const index = of.indexOf(address);
      return index < 0 ? [] : [{ network, host: FIRST_NODE_HOST + index, aliases: [name] }];
    });
  const proxied = links.filter(({ direct }) => direct !== true);
  const engines = new Set(
    proxied.flatMap(({ engine, entrance }) => [engine, ...(entrance === undefined ? [] : [entrance.engine])]),
  );
  return {
    networks: networks.map(({ name, engine, role, nodes: of }) => ({
      name,
      engine,
      role,
      // The network's own address, the engine's, Toxiproxy's, and the one for broadcasts.
      size: of.length + 4,
    })),
    nodes: nodes.map((node) => ({ ...node, hosts: hostsOf(node.address, node.name) })),
    replicas: replicas.map((replica) => ({ ...replica, hosts: hostsOf(replica.address, replica.name) })),
    toxiproxies: [...engines].map((engine) => ({
      engine,
      name: `${prefix}-toxiproxy`,
      hosts: networks
        .filter((network) => network.engine === engine)
        .map(({ name: network }) => ({ network, host: TOXIPROXY_HOST, aliases: ['toxiproxy'] })),
    })),
    links,
  };
}

function ofReplicas({ role }: Pick<NetworkPlan, 'role'>): boolean {
  return role === 'access' || role === 'services';
}

type PlannedNetwork = Omit<NetworkPlan, 'size'> & {
  clusters: string[];
  /** The clusters that it joins. */
  joins?: readonly string[];
};

function planNetworks(spec: EnvironmentSpec, prefix: string): PlannedNetwork[] {
  const engineOf = new Map(spec.clusters.map((cluster) => [cluster.name, engineKeyOf(cluster)]));
  const on = (engine: EngineKey, clusters: readonly string[]): string[] =>
    clusters.filter((cluster) => engineOf.get(cluster) === engine);
  const enginesOf = (clusters: readonly string[]): EngineKey[] => [
    ...new Set(clusters.map((cluster) => engineOf.get(cluster) ?? '')),
  ];
  const all = spec.clusters.map(({ name }) => name);
  const joints = spec.links.map((link) => (link.kind === 'gateway' ? link.between : [link.from, link.to]));
  const networks: PlannedNetwork[] = [
    // Of several networks an engine takes the first by name for published ports, unless the others are internal.
    ...enginesOf(all).map((engine, i) => ({
      name: `${prefix}-access${i === 0 ? '' : `-${i + 1}`}`,
      engine,
      role: 'access' as const,
      clusters: on(engine, all),
    })),
    ...all.map((name) => ({
      name: `${prefix}-cluster-${name}`,
      engine: engineOf.get(name) ?? '',
      role: 'cluster' as const,
      clusters: [name],
    })),
    ...joints.flatMap((joins) =>
      enginesOf(joins).map((engine, _, { length }) => ({
        name: `${prefix}-link-${joins.join('-')}${length === 1 ? '' : `-at-${on(engine, joins).join('-')}`}`,
        engine,
        role: 'link' as const,
        clusters: on(engine, joins),
        joins,
      })),
    ),
  ];
  const { services = [] } = spec;
  const [engine = ''] = enginesOf(all);
  if (services.length > 0)
    networks.push({
      name: `${prefix}-services`,
      engine,
      role: 'services',
      clusters: all.filter((name) => services.some(({ links }) => links.some(({ to }) => to === name))),
    });
  // Two accounts may join the same two clusters.
  return [...new Map(networks.map((network) => [network.name, network])).values()];
}

function placeLinks(
  spec: EnvironmentSpec,
  nodes: readonly Omit<DockerNode, 'hosts'>[],
  networks: readonly PlannedNetwork[],
  replicas: readonly PlannedReplica[],
): DockerLink[] {
  const ofServices = networks.find(({ role }) => role === 'services');
  const placed: PlacedNode[] = nodes.map((node) => ({ ...node, client: '', monitor: '', ports: INSIDE }));
  return layLinks(spec, placed, replicas).map(({ direct, ...link }, index) => {
    if (ofServices !== undefined && replicas.some(({ address }) => address === link.from)) {
      const { engine, name: network } = ofServices;
      return {
        ...link,
        proxyPort: FIRST_PROXY_PORT + index,
        engine,
        network,
        ...(direct === true && { direct }),
      };
    }
    const [from = '', to = ''] = [link.from, link.to].map((end) => end.split('/')[0]);
    // Across a gateway both clusters dial, over the one network between them.
    const between = networks.filter(
      ({ joins }) => from !== to && joins?.includes(from) && joins.includes(to),
    );
    const within = networks.filter(({ role, clusters }) => role === 'cluster' && clusters.includes(to));
    const at = (cluster: string): PlannedNetwork => {
      const network = (between.length === 0 ? within : between).find(({ clusters }) =>
        clusters.includes(cluster),
      );
      if (!network) throw new RangeError(`there is no network for the link ${link.id}`);
      return network;
    };
    const [near, far] = [at(between.length === 0 ? to : from), at(to)];
    return {
      ...link,
      proxyPort: FIRST_PROXY_PORT + index,
      engine: near.engine,
      network: near.name,
      // Servers on two engines have no network in common, so their Toxiproxies are the way from one to the other.
      ...(near === far
        ? direct === true && { direct }
        : { entrance: { engine: far.engine, network: far.name } }),
    };
  });
}

/** Where a node or a replica is in its networks. @throws RangeError for one that there is not */
export function hostsAt(layout: Layout, address: string): NetworkHost[] {
  return layout.replicas.find((one) => one.address === address)?.hosts ?? nodeAt(layout, address).hosts;
}

/** @throws RangeError for a node that there is not */
export function nodeAt({ nodes }: Layout, address: string): DockerNode {
  const node = nodes.find((one) => one.address === address);
  if (!node) throw new RangeError(`there is no node ${address}`);
  return node;
}
