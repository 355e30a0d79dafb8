import type { LinkInfo, NodeInfo } from '../driver.ts';
import { everyLink, type DeclaredLink } from '../every-link.ts';
import type { ClusterSpec, EnvironmentSpec, Listener } from '../spec.ts';
import type { PlacedReplica } from '../services/place.ts';
import type { PortHold } from './ports.ts';

export const HOST = '127.0.0.1';

/** A node with the real ports of its server, which are behind the proxies. */
export interface PlacedNode extends NodeInfo {
  spec: ClusterSpec;
  ports: Record<'client' | 'cluster' | 'monitor' | 'leafnode' | 'gateway', number> &
    Partial<Record<Listener, number>>;
}

/** A link and the real port of the dialled server; the port of its proxy is known once Toxiproxy runs. */
export interface PlacedLink extends DeclaredLink {
  upstreamPort: number;
}

/** The cluster of an address such as `cluster/node`. */
export function clusterOf(address: string): string {
  return address.split('/')[0] ?? address;
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
      const listeners: Partial<Record<Listener, number>> = {};
      for (const listener of cluster.listeners ?? []) listeners[listener] = await port(listener);
      nodes.push({
        address: `${cluster.name}/${name}`,
        cluster: cluster.name,
        name,
        client: `${HOST}:${own.client}`,
        monitor: `http://${HOST}:${own.monitor}`,
        listeners: listenersAt(HOST, listeners),
        spec: cluster,
        ports: { ...own, ...listeners },
      });
    }
  }
  return nodes;
}

/** `host:port` of each listener. */
export function listenersAt(
  host: string,
  ports: Partial<Record<Listener, number>>,
): Partial<Record<Listener, string>> {
  return Object.fromEntries(Object.entries(ports).map(([listener, port]) => [listener, `${host}:${port}`]));
}

/** Every link, with the port on which the dialled server or replica listens. */
export function layLinks(
  spec: EnvironmentSpec,
  nodes: readonly PlacedNode[],
  replicas: readonly Pick<PlacedReplica, 'address' | 'listensOn'>[] = [],
): PlacedLink[] {
  const ports = new Map(nodes.map((node) => [node.address, node.ports]));
  const ofReplicas = new Map(replicas.map(({ address, listensOn }) => [address, listensOn]));
  return everyLink(spec).map((link) => ({
    ...link,
    upstreamPort:
      (link.kind === 'service'
        ? ofReplicas.get(link.to)?.[link.portName ?? '']
        : ports.get(link.to)?.[LISTENS_ON[link.kind]]) ?? 0,
  }));
}

/** Which of its ports a server listens on for a kind of links. */
export const LISTENS_ON: Readonly<
  Record<Exclude<LinkInfo['kind'], 'service'>, Exclude<keyof PlacedNode['ports'], Listener>>
> = {
  route: 'cluster',
  leafnode: 'leafnode',
  gateway: 'gateway',
  client: 'client',
};

/** A link, and the `host:port` that a server dials for it. */
export interface Dial {
  link: PlacedLink;
  at: string;
}

/**
 * What a node dials. The two ends of a direct route dial each other, as clusters usually do: the one that is started
 * later gets through at once, where a failed dial would cost a second.
 *
 * @param proxyOf `host:port` of a link's proxy
 * @param serverOf `host:port` of the real port for a link at one of its two ends
 */
export function dialsOf<L extends PlacedLink>(
  node: string,
  links: readonly L[],
  proxyOf: (link: L) => string,
  serverOf: (end: string, link: L) => string,
): Dial[] {
  return links.flatMap((link) => {
    if (link.from === node)
      return [{ link, at: link.direct === true ? serverOf(link.to, link) : proxyOf(link) }];
    const dialsBack = link.kind === 'route' && link.direct === true && link.to === node;
    return dialsBack ? [{ link, at: serverOf(link.from, link) }] : [];
  });
}
