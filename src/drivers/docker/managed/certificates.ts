import { HOST } from '../../servers/topology.ts';
import type { CertifiedNode } from '../../tls/run-certificates.ts';
import { certificateFiles, type RunningNode } from './docker-node.ts';
import type { ToxiproxyContainer } from './toxiproxy-container.ts';

/** A server as one that gets certificates: it is dialled at its own addresses and at those of every Toxiproxy. */
export function certifiedNode(node: RunningNode, toxiproxies: readonly ToxiproxyContainer[]): CertifiedNode {
  const { address, name, container, placed, server } = node;
  const published = placed.client.slice(0, placed.client.lastIndexOf(':'));
  const own = server.plan.networks.map(({ ip }) => ip);
  const proxies = toxiproxies.flatMap(({ ips }) => ips);
  return {
    address,
    client: placed.client,
    hosts: [...new Set(['localhost', HOST, name, container, published, ...own, ...proxies])],
    put: (files) => server.put('/', certificateFiles(files)),
    reload: () => server.signal('SIGHUP'),
  };
}
