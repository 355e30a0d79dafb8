import type { LinkInfo, NodeInfo } from '../driver.ts';
import { gatewayPeers, type ClusterSpec, type EnvironmentSpec } from '../spec.ts';
import type { PortHold } from './ports.ts';

export const HOST = '127.0.0.1';

/** A node with the ports on which its server really listens. */
export interface PlacedNode extends NodeInfo {
  spec: ClusterSpec;
  ports: { client: number; cluster: number; monitor: number; leafnode: number; gateway: number };
}

/** A link and where its proxy sends to; where it listens is known once Toxiproxy runs. */
export interface PlacedLink extends LinkInfo {
  upstreamPort: number;
  /** The account of a leafnode link. */
  account?: string;
}

/** Chooses every port. @throws ChaosError `unavailable` when a declared one is taken */
export async function placeNodes(
  spec: EnvironmentSpec,
  ports: PortHold,
  freePorts: boolean,
): Promise<PlacedNode[]> {
  const nodes: PlacedNode[] = [];
  for (const cluster of spec.clusters) {
    for (const [index, name] of cluster.nodes.entries()) {
      const port = (kind: keyof PlacedNode['ports']): Promise<number> => {
        const first = cluster.ports[kind];
        return first === undefined
          ? ports.free()
          : ports.declared(first + index, `${kind} of ${cluster.name}/${name}`, freePorts);
      };
      const own = {
        client: await port('client'),
        cluster: await port('cluster'),
        monitor: await port('monitor'),
        leafnode: await port('leafnode'),
        gateway: await port('gateway'),
      };
      nodes.push({
        address: `${cluster.name}/${name}`,
        cluster: cluster.name,
        name,
        client: `${HOST}:${own.client}`,
        monitor: `http://${HOST}:${own.monitor}`,
        spec: cluster,
        ports: own,
      });
    }
  }
  return nodes;
}

/**
 * Every link that gets a proxy of its own. Of each pair of nodes in a cluster exactly one dials, so that the two
 * directions of its proxy are the two directions of the link. Across a gateway both dial, each for itself.
 */
export function layLinks(spec: EnvironmentSpec, nodes: readonly PlacedNode[]): PlacedLink[] {
  return [...routes(nodes), ...leafnodes(spec, nodes), ...gateways(spec, nodes), ...clients(nodes)];
}

/** A node dials those that were started before it: they listen already, and a failed dial waits a second. */
function routes(nodes: readonly PlacedNode[]): PlacedLink[] {
  return nodes.flatMap((from, index) =>
    nodes
      .slice(0, index)
      .filter((to) => to.cluster === from.cluster)
      .map((to) => link('route', from.address, to.address, to.ports.cluster)),
  );
}

function leafnodes(spec: EnvironmentSpec, nodes: readonly PlacedNode[]): PlacedLink[] {
  return spec.links.flatMap((joint) => {
    if (joint.kind !== 'leafnode') return [];
    const dialling = nodes.filter((node) => node.cluster === joint.from);
    const dialled = nodes.filter((node) => node.cluster === joint.to);
    return dialling.flatMap((from) =>
      dialled.map((to) => ({
        ...link('leafnode', from.address, to.address, to.ports.leafnode, joint.account),
        account: joint.account,
      })),
    );
  });
}

function gateways(spec: EnvironmentSpec, nodes: readonly PlacedNode[]): PlacedLink[] {
  return nodes.flatMap((from) => {
    const peers = gatewayPeers(spec.links, from.cluster);
    const dialled = nodes.filter((to) => peers.includes(to.cluster));
    return dialled.map((to) => link('gateway', from.address, to.address, to.ports.gateway));
  });
}

function clients(nodes: readonly PlacedNode[]): PlacedLink[] {
  return nodes.map((to) => link('client', 'client', to.address, to.ports.client));
}

function link(
  kind: LinkInfo['kind'],
  from: string,
  to: string,
  upstreamPort: number,
  account?: string,
): PlacedLink {
  // Toxiproxy takes the id as a path segment of its API, so it holds only what a URL may.
  const id = [kind, from, to, ...(account === undefined ? [] : [account])].join('~').replaceAll('/', '.');
  return { id, kind, from, to, upstreamPort };
}
