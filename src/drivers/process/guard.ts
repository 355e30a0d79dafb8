import type { Observer } from '../../nats/observer.ts';
import { readTcpTable, remotePortsOf } from '../shared/sockets.ts';
import type { ServerProcess } from './server-process.ts';
import type { PlacedNode } from '../shared/topology.ts';

/**
 * Connections between servers that go round their proxies: a server that holds a connection to another's real
 * cluster, leafnode or gateway port, by what the kernel shows of its sockets and by what the servers report themselves.
 *
 * @returns one sentence each; empty when every link goes through its proxy
 */
export async function findBypasses(
  nodes: readonly PlacedNode[],
  processOf: (node: string) => ServerProcess,
  observer: Observer,
): Promise<string[]> {
  const owners = new Map(
    nodes.flatMap((node) => [
      [node.ports.cluster, `the real route port of ${node.address}`] as const,
      [node.ports.leafnode, `the real leafnode port of ${node.address}`] as const,
      [node.ports.gateway, `the real gateway port of ${node.address}`] as const,
    ]),
  );
  const table = readTcpTable();
  const found = await Promise.all(
    nodes.map(async (node) => {
      const pid = processOf(node.address).pid;
      const fromKernel = pid === undefined ? [] : remotePortsOf(pid, table);
      const fromServer = pid === undefined ? [] : await reportedPorts(observer, node.address);
      return [...new Set([...fromKernel, ...fromServer])].flatMap((port) => {
        const owner = owners.get(port);
        return owner === undefined
          ? []
          : [`${node.address} holds a connection to ${owner} (${port}), round the proxy`];
      });
    }),
  );
  return found.flat();
}

async function reportedPorts(observer: Observer, node: string): Promise<number[]> {
  const [routes, leafnodes, gateways] = await Promise.all([
    observer.routes(node).catch(() => []),
    observer.leafnodes(node).catch(() => []),
    observer.gateways(node).catch(() => ({ outbound: [], inbound: [] })),
  ]);
  return [...routes, ...leafnodes, ...gateways.outbound, ...gateways.inbound].map((peer) => peer.port);
}
