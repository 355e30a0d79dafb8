import type { ClusterSpec, EnvironmentSpec } from '../spec.ts';
import { layLinks, type PlacedLink, type PlacedNode } from '../shared/topology.ts';
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
  toxiproxy: { name: string; hosts: NetworkHost[] };
}

/** Where one container is in one network. */
export interface NetworkHost {
  network: string;
  /** Counted from the network's own address. */
  host: number;
  aliases: string[];
}

export interface NetworkPlan {
  /** Name on the engine. */
  name: string;
  role: 'access' | 'cluster' | 'link';
  /** How many addresses it needs, its own and the engine's included. */
  size: number;
}

export interface DockerNode {
  address: string;
  cluster: string;
  name: string;
  spec: ClusterSpec;
  /** Name on the engine, of the container and of its volume. */
  container: string;
  hosts: NetworkHost[];
}

export interface DockerLink extends PlacedLink {
  /** Where its proxy listens, inside of Toxiproxy's container. */
  proxyPort: number;
  /** The network over which it is dialled. */
  network: string;
}

/**
 * One network for each cluster, one for each link between clusters, and one that carries the published ports, on
 * which containers cannot reach each other.
 */
export function layOut(spec: EnvironmentSpec, runId: string): Layout {
  const prefix = namePrefix(runId);
  // Of several networks an engine takes the first by name for published ports, unless the others are internal.
  const access = `${prefix}-access`;
  const joints = spec.links.map((link) => (link.kind === 'gateway' ? link.between : [link.from, link.to]));
  const nameOf = (cluster: string): string => `${prefix}-cluster-${cluster}`;
  const jointName = (ends: readonly string[]): string => `${prefix}-link-${ends.join('-')}`;
  const nodes = spec.clusters.flatMap((cluster) =>
    cluster.nodes.map((name) => ({
      address: `${cluster.name}/${name}`,
      cluster: cluster.name,
      name,
      spec: cluster,
      container: `${prefix}-${cluster.name}-${name}`,
    })),
  );
  const members = new Map<string, string[]>([
    [access, nodes.map((node) => node.address)],
    ...spec.clusters.map(
      ({ name }) =>
        [nameOf(name), nodes.filter((node) => node.cluster === name).map((node) => node.address)] as const,
    ),
    ...joints.map(
      (ends) =>
        [
          jointName(ends),
          nodes.filter((node) => ends.includes(node.cluster)).map((node) => node.address),
        ] as const,
    ),
  ]);
  const placed: PlacedNode[] = nodes.map((node) => ({ ...node, client: '', monitor: '', ports: INSIDE }));
  return {
    networks: [...members].map(([name, of]) => ({
      name,
      role: name === access ? 'access' : name.startsWith(`${prefix}-cluster-`) ? 'cluster' : 'link',
      // The network's own address, the engine's, Toxiproxy's, and the one for broadcasts.
      size: of.length + 4,
    })),
    nodes: nodes.map((node) => ({
      ...node,
      hosts: [...members].flatMap(([network, of]) => {
        const index = of.indexOf(node.address);
        return index < 0 ? [] : [{ network, host: FIRST_NODE_HOST + index, aliases: [node.name] }];
      }),
    })),
    toxiproxy: {
      name: `${prefix}-toxiproxy`,
      hosts: [...members.keys()].map((network) => ({
        network,
        host: TOXIPROXY_HOST,
        aliases: ['toxiproxy'],
      })),
    },
    links: layLinks(spec, placed).map((link, index) => {
      const [from = '', to = ''] = [link.from, link.to].map((end) => end.split('/')[0]);
      // Across a gateway both clusters dial, over the one network between them.
      const joint = joints.find((ends) => from !== to && ends.includes(from) && ends.includes(to));
      return {
        ...link,
        proxyPort: FIRST_PROXY_PORT + index,
        network: joint === undefined ? nameOf(to) : jointName(joint),
      };
    }),
  };
}
