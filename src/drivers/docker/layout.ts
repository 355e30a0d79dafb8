import type { ClusterSpec, EnvironmentSpec } from '../spec.ts';
import { layLinks, type PlacedLink, type PlacedNode } from '../shared/topology.ts';
import { engineKeyOf, type EngineKey } from './engines.ts';
import { namePrefix } from './labels.ts';

/** Ports inside of containers: each has an address of its own, so all use the same. */
export const INSIDE = { client: 4222, cluster: 6222, monitor: 8222, leafnode: 7422, gateway: 7222 } as const;
export const TOXIPROXY_API = 8474;
const FIRST_PROXY_PORT = 20_000;
/** Hosts of a network count from here; the engine itself takes the first address. */
const TOXIPROXY_HOST = 2;
const FIRST_NODE_HOST = 3;

/** Everything of a run that can be known before an engine makes any of it, except addresses. */
export interface Layout {
  nodes: DockerNode[];
  links: DockerLink[];
  networks: NetworkPlan[];
  /** One on each engine. */
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
  /** Name on the engine, unlike every other of the run, on whichever engine. */
  name: string;
  engine: EngineKey;
  role: 'access' | 'cluster' | 'link';
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

export interface ToxiproxyPlan {
  engine: EngineKey;
  /** Name on the engine. */
  name: string;
  hosts: NetworkHost[];
}

export interface DockerLink extends PlacedLink {
  /** Where its proxy listens, inside of Toxiproxy's container. */
  proxyPort: number;
  /** The engine of its proxy: the one that the node is on that dials. */
  engine: EngineKey;
  /** The network over which it is dialled. */
  network: string;
  /**
   * On a link to another engine: what the proxy sends to. A Toxiproxy there passes everything on, from the same port,
   * so that both servers have a Toxiproxy on their other side.
   */
  entrance?: { engine: EngineKey; network: string };
}

/**
 * One network for each cluster, one for each link between clusters (on the engine of each), and on each engine one
 * that carries the published ports, on which containers cannot reach each other.
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
  const networks = planNetworks(spec, prefix).map((network) => ({
    ...network,
    nodes: nodes.filter(({ cluster }) => network.clusters.includes(cluster)).map(({ address }) => address),
  }));
  const engines = [...new Set(nodes.map(({ engine }) => engine))];
  return {
    networks: networks.map(({ name, engine, role, nodes: of }) => ({
      name,
      engine,
      role,
      // The network's own address, the engine's, Toxiproxy's, and the one for broadcasts.
      size: of.length + 4,
    })),
    nodes: nodes.map((node) => ({
      ...node,
      hosts: networks.flatMap(({ name: network, nodes: of }) => {
        const index = of.indexOf(node.address);
        return index < 0 ? [] : [{ network, host: FIRST_NODE_HOST + index, aliases: [node.name] }];
      }),
    })),
    toxiproxies: engines.map((engine) => ({
      engine,
      name: `${prefix}-toxiproxy`,
      hosts: networks
        .filter((network) => network.engine === engine)
        .map(({ name: network }) => ({ network, host: TOXIPROXY_HOST, aliases: ['toxiproxy'] })),
    })),
    links: placeLinks(spec, nodes, networks),
  };
}

type PlannedNetwork = Omit<NetworkPlan, 'size'> & {
  clusters: string[];
  /** The clusters that it is there to join. */
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
  // Two accounts may join the same two clusters.
  return [...new Map(networks.map((network) => [network.name, network])).values()];
}

function placeLinks(
  spec: EnvironmentSpec,
  nodes: readonly Omit<DockerNode, 'hosts'>[],
  networks: readonly PlannedNetwork[],
): DockerLink[] {
  const placed: PlacedNode[] = nodes.map((node) => ({ ...node, client: '', monitor: '', ports: INSIDE }));
  return layLinks(spec, placed).map((link, index) => {
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
      ...(near === far ? {} : { entrance: { engine: far.engine, network: far.name } }),
    };
  });
}
