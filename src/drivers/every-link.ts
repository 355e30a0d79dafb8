import type { LinkInfo } from './driver.ts';
import { gatewayPeers, replicasOf, type EnvironmentSpec } from './spec.ts';

/** A link of an environment that a run starts itself. */
export interface DeclaredLink extends LinkInfo {
  /** The account of a leafnode link. */
  account?: string;
}

interface Node {
  address: string;
  cluster: string;
}

/**
 * Every link between the nodes of an environment, and from clients to nodes, by the environment alone. In a cluster each
 * pair of nodes has one link, so that the two directions of its proxy are the two directions of the link. Across a
 * gateway both nodes dial, so each pair has two. Every replica of a service has its own links: to each node of a cluster,
 * as a client, and to each replica of another service, or each other one of its own.
 */
export function everyLink(
  spec: Pick<EnvironmentSpec, 'clusters' | 'links' | 'proxied' | 'services'>,
): DeclaredLink[] {
  const nodes = spec.clusters.flatMap((cluster) =>
    cluster.nodes.map((name) => ({ address: `${cluster.name}/${name}`, cluster: cluster.name })),
  );
  const links = [
    ...routes(nodes),
    ...leafnodes(spec.links, nodes),
    ...gateways(spec.links, nodes),
    ...nodes.map((to) => link('client', 'client', to.address)),
    ...ofServices(spec.services, nodes),
  ];
  const { proxied } = spec;
  if (proxied === undefined) return links;
  return links.map((one) => (proxied.includes(one.id) ? one : { ...one, direct: true }));
}

/** Whether any link goes through a proxy. */
export function needsProxies({ proxied }: Pick<EnvironmentSpec, 'proxied'>): boolean {
  return proxied === undefined || proxied.length > 0;
}

/** A node dials the nodes that were started before it: they listen already, and a failed dial costs a second. */
function routes(nodes: readonly Node[]): DeclaredLink[] {
  return nodes.flatMap((from, index) =>
    nodes
      .slice(0, index)
      .filter((to) => to.cluster === from.cluster)
      .map((to) => link('route', from.address, to.address)),
  );
}

function leafnodes(joints: EnvironmentSpec['links'], nodes: readonly Node[]): DeclaredLink[] {
  return joints.flatMap((joint) => {
    if (joint.kind !== 'leafnode') return [];
    const dialling = nodes.filter((node) => node.cluster === joint.from);
    const dialled = nodes.filter((node) => node.cluster === joint.to);
    return dialling.flatMap((from) =>
      dialled.map((to) => link('leafnode', from.address, to.address, joint.account)),
    );
  });
}

function gateways(joints: EnvironmentSpec['links'], nodes: readonly Node[]): DeclaredLink[] {
  return nodes.flatMap((from) => {
    const peers = gatewayPeers(joints, from.cluster);
    const dialled = nodes.filter((to) => peers.includes(to.cluster));
    return dialled.map((to) => link('gateway', from.address, to.address));
  });
}

function ofServices(services: EnvironmentSpec['services'] = [], nodes: readonly Node[]): DeclaredLink[] {
  const replicas = replicasOf(services);
  return services.flatMap(({ name, links }) =>
    replicas
      .filter(({ service }) => service === name)
      .flatMap(({ address: from }) =>
        links.flatMap(({ to, port }) =>
          port === undefined
            ? nodes.filter(({ cluster }) => cluster === to).map((node) => link('client', from, node.address))
            : replicas
                .filter(({ service, address }) => service === to && address !== from)
                .map((replica) => ({ ...link('service', from, replica.address, port), portName: port })),
        ),
      ),
  );
}

function link(kind: LinkInfo['kind'], from: string, to: string, last?: string): DeclaredLink {
  // The id is a path segment in Toxiproxy's API, so it contains only characters that a URL allows.
  const id = [kind, from, to, ...(last === undefined ? [] : [last])].join('~').replaceAll('/', '.');
  return { id, kind, from, to, ...(last === undefined || kind === 'service' ? {} : { account: last }) };
}
