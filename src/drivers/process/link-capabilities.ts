import { join } from 'node:path';
import { PacketLoss } from '../links/packet-loss.ts';
import { runMark } from '../links/packet-rules.ts';
import { NO_PROXIES, noProxy } from '../links/proxies.ts';
import { ProxyLinks } from '../links/proxy-links.ts';
import type { EntryPoint } from '../links/round-trip.ts';
import { connectLine } from '../servers/reach.ts';
import { HOST } from '../servers/topology.ts';
import type { EnvironmentSpec } from '../spec.ts';
import { openingOf } from '../tls/server-tls.ts';
import type { RunningProcesses } from './running.ts';

/** What can be done to the links between plain processes. @param up what runs at the moment of a call */
export function linkCapabilities(
  up: () => RunningProcesses,
  spec: () => EnvironmentSpec | undefined,
): { linkControl: ProxyLinks; packets: PacketLoss } {
  const packets = new PacketLoss({
    mark: () => runMark(up().folder),
    gateOf: (link) => Promise.resolve({ namespace: 'own', port: proxyOf(up(), link).port }),
    namespaces: () => Promise.resolve(['own']),
    fileFor: (mark) => join(up().folder, `${mark}rules`),
  });
  const linkControl = new ProxyLinks(
    () => ({
      links: up().links,
      proxies: up().toxiproxy?.proxies ?? NO_PROXIES,
      entryPointOf: (link) => proxyOf(up(), link),
      heldBy: (link) => packets.owners(link),
    }),
    (cluster) => connectLine(spec(), cluster),
    (link) => openingOf(spec(), link),
  );
  return { linkControl, packets };
}

/** Where our own connections reach a link's proxy. @throws ChaosError for a link without one */
export function proxyOf({ toxiproxy }: RunningProcesses, link: string): EntryPoint {
  return { host: HOST, port: toxiproxy?.port(link) ?? noProxy(link) };
}
