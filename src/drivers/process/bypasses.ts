import { readTcpTable, remotePortsOf, type TcpSocket } from '../system/sockets.ts';
import { membersOf } from '../undo/sessions.ts';
import type { ServerProcess } from './server-process.ts';
import { mayConnectDirectly } from '../servers/direct-pairs.ts';
import { reportedPeers } from '../servers/reported-peers.ts';
import { LISTENS_ON } from '../servers/topology.ts';
import type { RunningProcesses } from './running.ts';

/**
 * Connections between servers that bypass their proxies: a server has a connection to another server's real cluster,
 * leafnode or gateway port, and no direct link with it, according to the kernel's socket table or the servers' own
 * reports.
 *
 * @returns one sentence each; empty when every link that has a proxy goes through it
 */
export async function findBypasses(
  { nodes, links, observer, replicas, servers }: RunningProcesses,
  processOf: (node: string) => ServerProcess,
): Promise<string[]> {
  const owners = new Map(
    nodes.flatMap(({ address, ports }) =>
      (['route', 'leafnode', 'gateway'] as const).map((use) => [ports[LISTENS_ON[use]], { address, use }]),
    ),
  );
  const table = readTcpTable();
  const found = await Promise.all(
    nodes.map(async (node) => {
      const pid = processOf(node.address).pid;
      const fromKernel = pid === undefined ? [] : remotePortsOf(pid, table);
      const reported = pid === undefined ? [] : await reportedPeers(observer, node.address);
      return [...new Set([...fromKernel, ...reported.map((peer) => peer.port)])].flatMap((port) => {
        const owner = owners.get(port);
        if (owner === undefined || mayConnectDirectly(links, node.address, owner.address)) return [];
        const real = `the real ${owner.use} port of ${owner.address}`;
        return [`${node.address} holds a connection to ${real} (${port}), round the proxy`];
      });
    }),
  );
  return [...found.flat(), ...bypassesOfReplicas({ nodes, links, replicas, servers }, table)];
}

/** Connections of services to a real port that they should reach through a proxy. */
function bypassesOfReplicas(
  { nodes, links, replicas, servers }: Pick<RunningProcesses, 'nodes' | 'links' | 'replicas' | 'servers'>,
  table: readonly TcpSocket[],
): string[] {
  const owners = new Map([
    ...nodes.map(({ address, ports }) => [ports.client, address] as const),
    ...replicas.flatMap(({ address, listensOn }) =>
      Object.values(listensOn).map((port) => [port, address] as const),
    ),
  ]);
  return replicas.flatMap(({ address }) => {
    const pid = servers.get(address)?.pid;
    if (pid === undefined) return [];
    const ports = membersOf(pid).flatMap((one) => remotePortsOf(one, table));
    return [...new Set(ports)].flatMap((port) => {
      const owner = owners.get(port);
      const isProxied = links.some(
        ({ from, to, direct, upstreamPort }) =>
          from === address && to === owner && upstreamPort === port && direct !== true,
      );
      return isProxied
        ? [`${address} holds a connection to the real port of ${owner ?? '?'} (${port}), round the proxy`]
        : [];
    });
  });
}
