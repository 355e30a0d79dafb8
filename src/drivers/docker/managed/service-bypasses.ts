import type { Observer } from '../../../nats/monitor/observer.ts';
import { isConnectedTo, readTcpTable, type TcpSocket } from '../../system/sockets.ts';
import { isNamespaceOf } from '../engine/namespaces.ts';
import type { RunningContainers } from './bring-up.ts';
import type { RunningReplica } from './service-containers.ts';

/** The answer of `/connz` has 1,024 connections unless more are wanted. */
const MOST_CLIENTS = 65_536;

/**
 * Connections of services that bypass their proxies: to nodes, which report the addresses of their clients; and where
 * the engine is on this machine, to replicas too, by the kernel's table of sockets in the network of each replica.
 *
 * @returns one sentence each
 */
export async function findServiceBypasses({
  nodes,
  replicas,
  links,
  observer,
}: Pick<RunningContainers, 'nodes' | 'replicas' | 'links' | 'observer'>): Promise<string[]> {
  const proxied = links.filter(({ from, direct }) => direct !== true && replicas.has(from));
  const dialled = [...new Set(proxied.map(({ to }) => to))].filter((to) => nodes.has(to));
  const dialling = [...replicas.values()].filter(({ address }) =>
    proxied.some(({ from }) => from === address),
  );
  const clients = new Map(
    await Promise.all(dialled.map(async (to) => [to, await clientIpsOf(observer, to)] as const)),
  );
  const tables = new Map(
    await Promise.all(dialling.map(async (one) => [one.address, await socketsOf(one)] as const)),
  );
  const ipsOf = (address: string): string[] =>
    (replicas.get(address) ?? nodes.get(address))?.server.plan.networks.map(({ ip }) => ip) ?? [];
  return proxied
    .filter(
      ({ from, to, upstreamPort }) =>
        ipsOf(from).some((ip) => clients.get(to)?.has(ip)) ||
        isConnectedTo(tables.get(from) ?? [], ipsOf(to), upstreamPort),
    )
    .map(
      ({ from, to, upstreamPort }) =>
        `${from} holds a connection to the real port of ${to} (${upstreamPort}), round the proxy`,
    );
}

/** Empty when the node does not answer: a server that is down or paused has no connection that carries anything. */
async function clientIpsOf(observer: Observer, node: string): Promise<Set<string>> {
  const answer = await observer.monitor(node, 'connz', { limit: MOST_CLIENTS }).catch(() => ({}));
  const { connections } = answer as { connections?: { ip?: string }[] | null };
  return new Set((connections ?? []).flatMap(({ ip }) => ip ?? []));
}

/** Empty when the replica is down, or on another machine. */
async function socketsOf({ server }: RunningReplica): Promise<TcpSocket[]> {
  const pid = await server.pid();
  const isHere = pid !== null && isNamespaceOf(pid, server.plan.networks[0]?.ip ?? '');
  return isHere ? readTcpTable(pid) : [];
}
