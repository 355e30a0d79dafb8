import { placeText } from '../../conf/value.ts';
import type {
  DiscoveredAccount,
  DiscoveredCluster,
  DiscoveredLink,
  DiscoveredNode,
  DiscoveredSystem,
  Note,
} from '../model.ts';
import { mergedAccounts } from './merge-accounts.ts';
import type { Address, ServerConfig } from './server-config.ts';

/** A server as files describe it. */
export interface ConfiguredServer {
  config: ServerConfig;
  /** What it is called where it has no name: the service, or the file without its ending. */
  label: string;
  /** The hosts by which others dial it. */
  hosts: readonly string[];
  /** Of a compose file. */
  service?: string;
}

/** The system that the configurations describe. Pure. @param notes what could not be read so far */
export function systemOfConfigs(servers: readonly ConfiguredServer[], notes: Note[]): DiscoveredSystem {
  const groups = groupsOf(servers);
  const clusterOf = new Map(
    groups.flatMap(({ name, members }) => members.map((server) => [server, name] as const)),
  );
  const clusters = groups.map(({ name, members }) => clusterFrom(name, members, notes));
  const accounts = mergedAccounts(
    servers.map((server) => ({
      accounts: usable(server),
      cluster: clusterOf.get(server) ?? '',
    })),
  );
  return {
    clusters,
    accounts,
    links: [...gateways(servers, clusterOf, notes), ...leafnodes(servers, clusterOf, accounts, notes)],
    streams: [],
    consumers: [],
    notes,
  };
}

/** A server with no account, or none but the system account, lets everybody into the global one. */
function usable({ config: { accounts, jetstream } }: ConfiguredServer): DiscoveredAccount[] {
  if (accounts.some(({ system }) => !system)) return accounts;
  const everybody = {
    name: '$G',
    system: false,
    jetstream: jetstream !== false,
    users: [],
    seen: [],
    fields: {},
  };
  return [everybody, ...accounts];
}

interface Group {
  name: string;
  members: ConfiguredServer[];
}

const NO_NAME = /[\s/@*>\\]/g;
const NAMELESS = 'nats';

function groupsOf(servers: readonly ConfiguredServer[]): Group[] {
  const groups = new Map<string, Group>();
  const taken = new Set<string>();
  for (const server of servers) {
    const { cluster, gateway, jetstream, name } = server.config;
    const stated = cluster?.name ?? (gateway?.name === '' ? undefined : gateway?.name);
    // Servers whose cluster has no name are of one if they list the same routes or one another.
    const isJoined = cluster !== undefined && cluster.routes.length > 0;
    const own = name ?? server.label;
    const domain = jetstream === false ? undefined : jetstream.domain;
    const key = stated ?? (isJoined ? NAMELESS : `alone ${own}`);
    const called = (stated ?? (isJoined ? NAMELESS : (domain ?? own))).replaceAll(NO_NAME, '_').slice(0, 64);
    const group = groups.get(key) ?? { name: taken.has(called) ? own : called, members: [] };
    taken.add(group.name);
    groups.set(key, group);
    group.members.push(server);
  }
  return [...groups.values()];
}

function clusterFrom(name: string, members: readonly ConfiguredServer[], notes: Note[]): DiscoveredCluster {
  const [first] = members;
  const jetstream = members.map(({ config }) => config.jetstream).find((one) => one !== false) ?? false;
  const cluster: DiscoveredCluster = {
    name,
    nodes: nodesOf(name, members, notes),
    jetstream: jetstream !== false,
    versions: [],
    ...(jetstream === false ? {} : jetstream),
    ...(first === undefined || Object.keys(first.config.passed).length === 0
      ? {}
      : { config: first.config.passed }),
  };
  if (cluster.domain === undefined) delete cluster.domain;
  return cluster;
}

/** One configuration may stand for several servers, as its routes tell. */
function nodesOf(cluster: string, members: readonly ConfiguredServer[], notes: Note[]): DiscoveredNode[] {
  const named = members.map((server) => nodeOf(server));
  const [only] = members;
  if (only?.config.cluster === undefined || members.length > 1 || only.service !== undefined) return named;
  const { routes, port } = only.config.cluster;
  const targets = new Map(routes.map((route) => [`${route.host}:${route.port}`, route]));
  if (targets.size === 0) return named;
  const isOwn = ({ host, port: at }: Address): boolean =>
    host === only.config.name || only.hosts.includes(host) || (isHere(host) && at === port);
  const others = [...targets.values()].filter((route) => !isOwn(route));
  if (others.length === 0) return named;
  const hosts = others.map(({ host }) => host);
  const areNames =
    new Set(hosts).size === hosts.length && !hosts.some((host) => isHere(host) || /^[\d.[\]:]+$/.test(host));
  const isShared = only.config.name === undefined && others.length === targets.size && areNames;
  const count = isShared ? others.length : others.length + 1;
  const first = named[0]?.name ?? `${cluster}-1`;
  const rest = areNames
    ? hosts.map((host) => host.split('.')[0] ?? host)
    : hosts.map((_, i) => `${cluster}-${i + 2}`);
  const [route] = routes;
  if (count > 1)
    notes.push({
      ...(route === undefined ? {} : { where: placeText(route.place) }),
      text: `by its routes the cluster ${cluster} has ${count} servers, of which one configuration was given`,
    });
  return (isShared ? rest : [first, ...rest]).map((node) => ({ name: node.replaceAll(NO_NAME, '_') }));
}

function nodeOf({ config, label, service }: ConfiguredServer): DiscoveredNode {
  const name = (config.name ?? label).replaceAll(NO_NAME, '_').slice(0, 64);
  return { name, ...(service === undefined || service === name ? {} : { service }) };
}

function isHere(host: string): boolean {
  return ['localhost', '127.0.0.1', '0.0.0.0', '[::1]', '::1', ''].includes(host);
}

function gateways(
  servers: readonly ConfiguredServer[],
  clusterOf: ReadonlyMap<ConfiguredServer, string>,
  notes: Note[],
): DiscoveredLink[] {
  const known = new Set(clusterOf.values());
  const pairs = new Map<string, DiscoveredLink>();
  const unknown = new Set<string>();
  for (const server of servers) {
    const own = clusterOf.get(server) ?? '';
    for (const { name, place } of server.config.gateway?.remotes ?? []) {
      if (name === own) continue;
      const between = [own, name].sort() as [string, string];
      if (known.has(name)) pairs.set(between.join(' '), { kind: 'gateway', between });
      else if (!unknown.has(between.join(' '))) {
        unknown.add(between.join(' '));
        notes.push({
          where: placeText(place),
          text: `the gateway to ${name} is left out: no configuration of that cluster was given`,
        });
      }
    }
  }
  return [...pairs.values()];
}

function leafnodes(
  servers: readonly ConfiguredServer[],
  clusterOf: ReadonlyMap<ConfiguredServer, string>,
  accounts: readonly DiscoveredAccount[],
  notes: Note[],
): DiscoveredLink[] {
  const standard =
    accounts.find(({ jetstream }) => jetstream)?.name ?? accounts.find(({ system }) => !system)?.name ?? '$G';
  const links = new Map<string, { from: string; to: string; accounts: Set<string> }>();
  for (const server of servers) {
    const from = clusterOf.get(server) ?? '';
    for (const { urls, account, place } of server.config.leafnodes?.remotes ?? []) {
      const to = urls.map((url) => targetOf(url, server, servers)).find((one) => one !== undefined);
      const cluster = to === undefined ? undefined : clusterOf.get(to);
      const shown = urls.map(({ host, port }) => `${host}:${port}`).join(', ');
      if (cluster === undefined || cluster === from) {
        const why =
          cluster === undefined
            ? 'no configuration of a server there was given'
            : 'it leads to its own cluster';
        notes.push({ where: placeText(place), text: `the leafnode remote ${shown} is left out: ${why}` });
        continue;
      }
      const key = `${from} ${cluster}`;
      const link = links.get(key) ?? { from, to: cluster, accounts: new Set<string>() };
      links.set(key, link);
      link.accounts.add(account ?? standard);
    }
  }
  return [...links.values()].map(({ from, to, accounts: joined }) => ({
    kind: 'leafnode',
    from,
    to,
    accounts: [...joined].filter((name) => accounts.find((one) => one.name === name)?.system !== true),
  }));
}

/** By the host, and where all servers are on this machine by the port. */
function targetOf(
  { host, port }: Address,
  own: ConfiguredServer,
  servers: readonly ConfiguredServer[],
): ConfiguredServer | undefined {
  const others = servers.filter((one) => one !== own);
  const named = others.find(({ hosts, config }) => hosts.includes(host) || config.name === host);
  if (named !== undefined) return named;
  const listening = others.filter(({ config }) => config.leafnodes?.port === port);
  return isHere(host) ? listening[0] : undefined;
}
