import type { Json } from '../../support/json.ts';
import { nodeTag } from '../../nats/placement.ts';
import { gatewayPeers, type AccountSpec, type EnvironmentSpec } from '../spec.ts';
import { HOST, type PlacedLink, type PlacedNode } from './topology.ts';

export interface ServerConfigInput {
  node: PlacedNode;
  /** How many nodes its cluster has. */
  clusterSize: number;
  spec: EnvironmentSpec;
  /** Links that this node dials, with the `host:port` of their proxy. */
  dials: { link: PlacedLink; proxy: string }[];
  /** The address on which it listens. */
  bind: string;
  storeFolder: string;
  /** Null: it logs to its standard error. */
  logFile: string | null;
  /** Tells our servers from any other that might answer on a port. */
  tag: string;
}

/**
 * An address where nothing listens. Servers gossip where their peers can be reached, and a peer whose proxy is cut
 * dials what it has heard of: `no_advertise` does not prevent that, advertising a dead end does.
 */
const NOWHERE = `${HOST}:1`;
/**
 * Keeps the number of routes equal to the number of nodes, from which the meta group takes its first size. Servers count
 * routes that are written alike as one, so each has another user.
 */
const paddingRoute = (number: number): string => `nats-route://padding-${number}@localhost:1`;

/** The text of a server's configuration file: JSON, which nats-server reads as well as its own format. */
export function serverConfig(input: ServerConfigInput): string {
  return JSON.stringify(merge(generated(input), input.node.spec.serverConfig), null, 2);
}

function generated(input: ServerConfigInput): Record<string, Json> {
  const { node, spec } = input;
  const system = spec.accounts.find((account) => account.system);
  const peers = gatewayPeers(spec.links, node.cluster);
  return {
    server_name: node.name,
    // The second lets placements name this one node.
    server_tags: [input.tag, nodeTag(node.name)],
    listen: `${input.bind}:${node.ports.client}`,
    http: `${input.bind}:${node.ports.monitor}`,
    ...(input.logFile === null ? {} : { log_file: input.logFile }),
    jetstream: jetstream(input),
    accounts: Object.fromEntries(spec.accounts.map((account) => [account.name, accountBlock(account)])),
    ...(system ? { system_account: system.name } : {}),
    // A server with a cluster block and no routes does not start JetStream: one that stands alone has no block.
    ...(input.clusterSize > 1 || peers.length > 0 ? { cluster: cluster(input) } : {}),
    ...(peers.length > 0 ? { gateway: gateway(input, peers) } : {}),
    leafnodes: leafnodes(input),
  };
}

function jetstream({ node, storeFolder }: ServerConfigInput): Record<string, Json> {
  const { domain, maxFileBytes, maxMemoryBytes, syncInterval } = node.spec.jetstream;
  return {
    store_dir: storeFolder,
    ...(domain === undefined ? {} : { domain }),
    ...(maxFileBytes === undefined ? {} : { max_file_store: maxFileBytes }),
    ...(maxMemoryBytes === undefined ? {} : { max_memory_store: maxMemoryBytes }),
    ...(syncInterval === undefined
      ? {}
      : { sync_interval: syncInterval === 'always' ? 'always' : `${syncInterval}ms` }),
  };
}

function accountBlock(account: AccountSpec): Json {
  return {
    ...(account.jetstream && !account.system ? { jetstream: accountLimits(account) } : {}),
    users: account.users.map((user) => ({ user: user.name, password: user.password })),
  };
}

function accountLimits({ maxFileBytes, maxMemoryBytes }: AccountSpec): Json {
  if (maxFileBytes === undefined && maxMemoryBytes === undefined) return 'enabled';
  return {
    ...(maxFileBytes === undefined ? {} : { max_file: maxFileBytes }),
    ...(maxMemoryBytes === undefined ? {} : { max_memory: maxMemoryBytes }),
  };
}

function cluster({ node, clusterSize, dials, bind }: ServerConfigInput): Record<string, Json> {
  const routes = dials
    .filter(({ link }) => link.kind === 'route')
    .map(({ proxy }) => `nats-route://${proxy}`);
  const padding = Array.from({ length: Math.max(0, clusterSize - routes.length) }, (_, i) =>
    paddingRoute(i + 1),
  );
  return {
    name: node.cluster,
    listen: `${bind}:${node.ports.cluster}`,
    advertise: NOWHERE,
    no_advertise: true,
    routes: [...routes, ...padding],
  };
}

/**
 * Servers pass the URLs by which they reach another cluster on to the rest of their own, which would then go through
 * proxies that are not theirs. So each URL carries the password of the cluster it leads to, which is not passed on,
 * and is not the one that servers have who dial without.
 */
function gateway({ node, dials, bind, tag }: ServerConfigInput, peers: string[]): Record<string, Json> {
  const own = dials.filter(({ link }) => link.kind === 'gateway');
  return {
    name: node.cluster,
    listen: `${bind}:${node.ports.gateway}`,
    advertise: NOWHERE,
    reject_unknown_cluster: true,
    authorization: { user: node.cluster, password: tag },
    // One URL for each remote server, from which the meta group takes its first size.
    gateways: peers.map((peer) => ({
      name: peer,
      urls: own
        .filter(({ link }) => clusterOf(link.to) === peer)
        .map(({ proxy }) => `nats://${encodeURIComponent(peer)}:${encodeURIComponent(tag)}@${proxy}`),
    })),
  };
}

function leafnodes({ node, spec, dials, bind }: ServerConfigInput): Record<string, Json> {
  const leafs = dials.filter(({ link }) => link.kind === 'leafnode');
  const accounts = [...new Set(leafs.map(({ link }) => `${link.account ?? ''}\n${clusterOf(link.to)}`))];
  const remotes = accounts.map((key) => {
    const [account = '', target = ''] = key.split('\n');
    const user = spec.accounts.find((a) => a.name === account)?.users[0];
    const credentials = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : '';
    const urls = leafs
      .filter(({ link }) => link.account === account && clusterOf(link.to) === target)
      .map(({ proxy }) => `nats://${credentials}${proxy}`);
    return { urls, account };
  });
  return {
    listen: `${bind}:${node.ports.leafnode}`,
    advertise: NOWHERE,
    ...(remotes.length > 0 ? { reconnect: 1, remotes } : {}),
  };
}

function clusterOf(address: string): string {
  return address.split('/')[0] ?? address;
}

/** `over` wins key by key; `null` takes a key away. */
export function merge(base: Record<string, Json>, over: Record<string, Json>): Record<string, Json> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = isMap(value) && isMap(below) ? merge(below, value) : value;
  }
  return merged;
}

function isMap(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
