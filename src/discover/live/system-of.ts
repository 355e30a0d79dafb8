import { accountsOf } from './accounts-of.ts';
import { assetsOf, type FoundStream } from './assets-of.ts';
import type { ServerReading } from './readings.ts';
import type { DiscoveredCluster, DiscoveredLink, DiscoveredSystem, Note } from '../model.ts';

/** What runs, as the servers themselves say. Pure; addresses are those that the servers state, see `reach.ts`. */
export function systemOf(readings: readonly ServerReading[]): DiscoveredSystem {
  const notes: Note[] = [];
  const names = clusterNames(readings);
  const clusters = clustersOf(readings, names);
  const links = [...gatewaysOf(readings, names), ...leafnodesOf(readings, names, notes)];
  const streams = streamsOf(readings, names);
  const assets = assetsOf({
    streams,
    domains: domainsOf(clusters),
    superCluster: (cluster) => [cluster, ...gatewayPeersOf(cluster, links)],
  });
  return {
    clusters,
    accounts: accountsOf(readings, notes),
    links,
    streams: assets.streams,
    consumers: assets.consumers,
    notes: [...notes, ...assets.notes],
  };
}

/** What a name in an environment cannot contain. */
const NO_NAME = /[\s/@*>\\]/g;

/** Server id → the name of its cluster. A server that stands alone has none, and gets that of its domain or its own. */
function clusterNames(readings: readonly ServerReading[]): Map<string, string> {
  const taken = new Set(readings.map(({ varz }) => varz.cluster?.name ?? '').filter((name) => name !== ''));
  const names = new Map<string, string>();
  for (const { server, varz } of readings) {
    const { name } = varz.cluster ?? {};
    const domain = varz.jetstream?.config?.domain ?? '';
    const own = [domain, server.name, server.id].find((one) => one !== '' && !taken.has(one)) ?? server.id;
    const chosen = name === undefined || name === '' ? own : name;
    taken.add(chosen);
    names.set(server.id, chosen.replaceAll(NO_NAME, '_').slice(0, 64));
  }
  return names;
}

function clustersOf(
  readings: readonly ServerReading[],
  names: ReadonlyMap<string, string>,
): DiscoveredCluster[] {
  const clusters = new Map<string, DiscoveredCluster>();
  for (const { server, varz, jsz } of readings) {
    const name = names.get(server.id) ?? server.id;
    const { domain } = varz.jetstream?.config ?? {};
    const has = varz.jetstream?.config !== undefined && jsz?.disabled !== true;
    const cluster = clusters.get(name) ?? { name, nodes: [], jetstream: has, versions: [] };
    clusters.set(name, cluster);
    cluster.jetstream ||= has;
    if (domain !== undefined && domain !== '') cluster.domain = domain;
    if (!cluster.versions.includes(varz.version)) cluster.versions.push(varz.version);
    cluster.nodes.push({ name: server.name });
  }
  for (const cluster of clusters.values()) cluster.nodes.sort(byName);
  return [...clusters.values()].sort(byName);
}

function domainsOf(clusters: readonly DiscoveredCluster[]): Map<string, string[]> {
  const domains = new Map<string, string[]>();
  for (const { name, domain } of clusters) {
    if (domain === undefined) continue;
    domains.set(domain, [...(domains.get(domain) ?? []), name]);
  }
  return domains;
}

function gatewaysOf(
  readings: readonly ServerReading[],
  names: ReadonlyMap<string, string>,
): DiscoveredLink[] {
  const known = new Set(names.values());
  const pairs = new Map<string, DiscoveredLink>();
  for (const { server, gatewayz } of readings) {
    const own = names.get(server.id) ?? '';
    const others = [
      ...Object.keys(gatewayz?.outbound_gateways ?? {}),
      ...Object.keys(gatewayz?.inbound_gateways ?? {}),
    ];
    for (const other of others.filter((one) => known.has(one) && one !== own)) {
      const between = [own, other].sort() as [string, string];
      pairs.set(between.join(' '), { kind: 'gateway', between });
    }
  }
  return [...pairs.values()];
}

function gatewayPeersOf(cluster: string, links: readonly DiscoveredLink[]): string[] {
  return links.flatMap((link) =>
    link.kind === 'gateway' && link.between.includes(cluster)
      ? link.between.filter((one) => one !== cluster)
      : [],
  );
}

/** Links between the clusters whose servers answered; a connection to any other server becomes a note. */
function leafnodesOf(
  readings: readonly ServerReading[],
  names: ReadonlyMap<string, string>,
  notes: Note[],
): DiscoveredLink[] {
  const byServerName = new Map(readings.map(({ server }) => [server.name, names.get(server.id) ?? '']));
  const links = new Map<string, { from: string; to: string; accounts: Set<string> }>();
  const strangers = new Map<string, Set<string>>();
  for (const { server, varz, leafz } of readings) {
    const own = names.get(server.id) ?? '';
    for (const { name = '', account = '', is_spoke: isSpoke } of leafz?.leafs ?? []) {
      const other = byServerName.get(name);
      if (other === undefined) {
        const key = `${own} ${account}`;
        strangers.set(
          key,
          (strangers.get(key) ?? new Set()).add(name === '' ? 'a server without a name' : name),
        );
        continue;
      }
      // Older servers do not say which side dialled: the one that has remotes for this account.
      const dialled =
        isSpoke ?? (varz.leaf?.remotes ?? []).some((one) => (one.local_account ?? account) === account);
      // The account is that of the side that dials.
      if (!dialled || other === own) continue;
      const link = links.get(`${own} ${other}`) ?? { from: own, to: other, accounts: new Set<string>() };
      links.set(`${own} ${other}`, link);
      link.accounts.add(account);
    }
  }
  for (const [key, others] of strangers) {
    const [cluster = '', account = ''] = key.split(' ');
    notes.push({
      text: `leafnode connections in the account ${account} join ${cluster} to ${[...others].sort().join(', ')}, which did not answer: give an address there too`,
    });
  }
  return [...links.values()].map(({ from, to, accounts }) => ({
    kind: 'leafnode',
    from,
    to,
    accounts: [...accounts].sort(),
  }));
}

/** Each stream once: as its leader reports it, where the leader answered. */
function streamsOf(readings: readonly ServerReading[], names: ReadonlyMap<string, string>): FoundStream[] {
  const found = new Map<string, FoundStream>();
  for (const { server, jsz, system } of readings) {
    for (const { name, stream_detail: streams = [] } of jsz?.account_details ?? []) {
      for (const stream of streams) {
        const cluster = names.get(server.id) ?? '';
        const key = JSON.stringify([cluster, name, stream.name]);
        if (found.has(key) && stream.cluster?.leader !== server.name) continue;
        found.set(key, { cluster, account: name, system, stream });
      }
    }
  }
  return [...found.values()].sort((a, b) =>
    `${a.cluster}/${a.stream.name}`.localeCompare(`${b.cluster}/${b.stream.name}`, 'en', { numeric: true }),
  );
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
