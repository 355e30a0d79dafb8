import type { DiscoveredNode } from '../model.ts';
import type { ServerReading } from './readings.ts';

/** Which server is at an address; null when none greets there. */
export interface Prober {
  /** @param address `host:port` @returns the id of the server */
  client(address: string): Promise<string | null>;
  /** @param base `http://host:port` @returns the id of the server */
  monitor(base: string): Promise<string | null>;
}

/** Hosts that stand for every address of a machine, and say nothing about how it is reached. */
const EVERYWHERE = ['', '0.0.0.0', '::', '[::]'];
/** Where a server has its monitoring endpoint if nothing else is said. */
const DEFAULT_MONITOR = 8222;

/**
 * Where a server is reached from here: of all addresses that it, its peers and the user name, those that answered as this
 * very server. An address that did not is still stated, with a remark.
 *
 * @param given the addresses that the user gave, `host:port`
 * @param endpoints monitoring endpoints that the user gave, `http://host:port`
 */
export async function reach(
  reading: ServerReading,
  all: readonly ServerReading[],
  given: readonly string[],
  prober: Prober,
  endpoints: readonly string[] = [],
): Promise<DiscoveredNode> {
  const { server, varz } = reading;
  const hosts = hostsOf(reading, all, [...given, ...endpoints.map((one) => one.replace(/^https?:\/\//, ''))]);
  const port = varz.port ?? 4222;
  const clients = [
    ...given,
    ...hosts.map((host) => `${host}:${port}`),
    ...(varz.connect_urls ?? []).filter((url) => /^[^\s/@]+:\d+$/.test(url)),
  ];
  const client = await first(clients, server.id, (address) => prober.client(address));
  const stated = monitorsOf(reading, [...(client === null ? [] : [hostPart(client)]), ...hosts]);
  const monitors = [...stated, ...endpoints];
  const monitor = await first(monitors, server.id, (base) => prober.monitor(base));
  const remarks = [
    ...(client === null ? ['no client reached it from here: correct `client`'] : []),
    ...(monitor === null && stated.length === 0
      ? ['it has no monitoring endpoint: start it with http_port, and correct `monitor`']
      : monitor === null
        ? ['its monitoring endpoint was not reached from here: correct `monitor`']
        : []),
  ];
  return {
    name: server.name,
    client: client ?? clients.find((one) => !given.includes(one)) ?? `${asHost(server.name)}:${port}`,
    monitor: monitor ?? stated[0] ?? `http://${asHost(server.name)}:${DEFAULT_MONITOR}`,
    ...(remarks.length === 0 ? {} : { remark: remarks.join('; ') }),
  };
}

/** The most telling first: what it says itself, how its peers reach it, where the user reached the system. */
function hostsOf(
  { server, varz }: ServerReading,
  all: readonly ServerReading[],
  given: readonly string[],
): string[] {
  const peers = all.flatMap(({ routez }) =>
    (routez?.routes ?? []).flatMap(({ remote_id: id, ip }) =>
      id === server.id && ip !== undefined ? [ip] : [],
    ),
  );
  const hosts = [varz.host ?? '', ...peers, ...given.map(hostPart)].filter(
    (host) => !EVERYWHERE.includes(host),
  );
  return [...new Set(hosts.map(bracketed))];
}

function monitorsOf({ varz }: ServerReading, hosts: readonly string[]): string[] {
  const { http_host: host = '', http_port: http = 0, https_port: https = 0 } = varz;
  const all = [...(EVERYWHERE.includes(host) ? [] : [bracketed(host)]), ...hosts];
  return [...new Set(all)].flatMap((one) => [
    ...(http > 0 ? [`http://${one}:${http}`] : []),
    ...(https > 0 ? [`https://${one}:${https}`] : []),
  ]);
}

async function first(
  candidates: readonly string[],
  id: string,
  idAt: (candidate: string) => Promise<string | null>,
): Promise<string | null> {
  for (const candidate of new Set(candidates)) if ((await idAt(candidate)) === id) return candidate;
  return null;
}

function hostPart(address: string): string {
  return address.replace(/:\d+$/, '');
}

/** Every node gets addresses of its own, as no two are the same server. */
export function distinct(nodes: readonly DiscoveredNode[]): void {
  const taken = new Set<string>();
  for (const node of nodes) {
    if (node.client !== undefined && taken.has(node.client))
      node.client = `${asHost(node.name)}:${node.client.replace(/^.*:/, '')}`;
    if (node.monitor !== undefined && taken.has(node.monitor))
      node.monitor = `http://${asHost(node.name)}:${DEFAULT_MONITOR}`;
    taken.add(node.client ?? '').add(node.monitor ?? '');
  }
}

/** A name that stands for an unknown host. */
function asHost(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}

/** An IPv6 address is written in brackets before a port. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
