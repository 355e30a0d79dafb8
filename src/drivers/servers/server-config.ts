import type { Json } from '../../support/json.ts';
import type { Permissions } from '../../nats/accounts/rights.ts';
import { nodeTag } from '../../nats/assets/placement.ts';
import {
  gatewayPeers,
  passwordIn,
  tlsIn,
  type AccountSpec,
  type EnvironmentSpec,
  type JetStreamSpec,
  type UserSpec,
} from '../spec.ts';
import { remoteTlsBlock, tlsBlocks, type CertificatePaths, type TlsBlocks } from '../tls/server-tls.ts';
import { jetstreamLimits, permissionsConfig, termsConfig } from './account-config.ts';
import { routeUrl, withLoginOfRoutes } from './route-login.ts';
import { clusterOf, HOST, type Dial, type PlacedNode } from './topology.ts';

export interface ServerConfigInput {
  node: PlacedNode;
  /** How many nodes its cluster has. */
  clusterSize: number;
  spec: EnvironmentSpec;
  /** The links that this node dials. */
  dials: readonly Dial[];
  /** The address on which it listens. */
  bind: string;
  storeFolder: string;
  /** Null: the server logs to its standard error. */
  logFile: string | null;
  /** Distinguishes the run's servers from any other server that might answer on a port. */
  tag: string;
  /** Only for environments with TLS. */
  certificate?: CertificatePaths | undefined;
}

/**
 * An address where nothing listens. Servers tell each other the addresses of their peers, and a server whose proxy is
 * cut would dial those addresses. `no_advertise` does not prevent that; advertising this address does.
 */
const NOWHERE = `${HOST}:1`;
/**
 * Keeps the number of routes equal to the number of nodes: the meta group takes its first size from it. Servers count
 * identical routes as one, so each has another user.
 */
const paddingRoute = (number: number): string => `nats-route://padding-${number}@localhost:1`;

/** The text of a server's configuration file: JSON, which nats-server reads like its own format. */
export function serverConfig(input: ServerConfigInput): string {
  const own = generated(input);
  return JSON.stringify(withLoginOfRoutes(own, merge(own, input.node.spec.serverConfig)), null, 2);
}

function generated(input: ServerConfigInput): Record<string, Json> {
  const { node, spec } = input;
  const system = spec.accounts.find((account) => account.system);
  const peers = gatewayPeers(spec.links, node.cluster);
  const tls = tlsBlocks(tlsIn(spec, node.cluster), input.certificate);
  return {
    server_name: node.name,
    // With the second tag a placement can name exactly this node.
    server_tags: [input.tag, nodeTag(node.name)],
    listen: `${input.bind}:${node.ports.client}`,
    http: `${input.bind}:${node.ports.monitor}`,
    ...(input.logFile === null ? {} : { log_file: input.logFile }),
    ...tls.clients,
    ...(node.spec.jetstream === false ? {} : { jetstream: jetstream(input, node.spec.jetstream) }),
    accounts: Object.fromEntries(
      spec.accounts.map((account) => [account.name, accountBlock(account, node.cluster)]),
    ),
    ...(system ? { system_account: system.name } : {}),
    ...(node.spec.noAuthUser === undefined ? {} : { no_auth_user: node.spec.noAuthUser }),
    // A server with a cluster block but no routes does not start JetStream, so a single server gets no block.
    ...(input.clusterSize > 1 || peers.length > 0 ? { cluster: { ...cluster(input), ...tls.routes } } : {}),
    ...(peers.length > 0 ? { gateway: { ...gateway(input, peers), ...tls.gateways } } : {}),
    leafnodes: leafnodes(input, tls),
    ...listeners(input),
  };
}

/** Its clients connect without TLS, with the users of the accounts. */
function listeners({ node, bind }: ServerConfigInput): Record<string, Json> {
  const { websocket, mqtt } = node.ports;
  const chosen = node.spec.listeners ?? [];
  return {
    ...(chosen.includes('websocket') ? { websocket: { listen: `${bind}:${websocket}`, no_tls: true } } : {}),
    ...(chosen.includes('mqtt') ? { mqtt: { listen: `${bind}:${mqtt}` } } : {}),
  };
}

function jetstream(
  { storeFolder }: ServerConfigInput,
  { domain, maxFileBytes, maxMemoryBytes, syncInterval }: JetStreamSpec,
): Record<string, Json> {
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

function accountBlock(account: AccountSpec, cluster: string): Json {
  const { runner } = account;
  return {
    ...(account.jetstream && !account.system ? { jetstream: accountLimits(account) } : {}),
    ...termsConfig(account),
    users: [
      ...account.users.map((user) => userBlock(loginOf(user, cluster), account.permissions?.[user.name])),
      // It may do everything, also where the account allows its users less.
      ...(runner
        ? [userBlock({ user: runner.name, password: runner.password }, account.defaultPermissions && {})]
        : []),
    ],
  };
}

/** By what servers know a user. */
function loginOf(user: UserSpec, cluster: string): Record<string, string> {
  return user.key === undefined
    ? { user: user.name, password: passwordIn(user, cluster) }
    : { nkey: user.key.publicKey };
}

function userBlock(login: Record<string, string>, permissions: Permissions | undefined): Json {
  return { ...login, ...(permissions ? { permissions: permissionsConfig(permissions) } : {}) };
}

function accountLimits(account: AccountSpec): Json {
  const { maxFileBytes, maxMemoryBytes } = account;
  const limits = {
    ...(maxFileBytes === undefined ? {} : { max_file: maxFileBytes }),
    ...(maxMemoryBytes === undefined ? {} : { max_memory: maxMemoryBytes }),
    ...jetstreamLimits(account),
  };
  return Object.keys(limits).length === 0 ? 'enabled' : limits;
}

function cluster({ node, clusterSize, dials, bind }: ServerConfigInput): Record<string, Json> {
  const { authorization } = node.spec;
  const routes = dials
    .filter(({ link }) => link.kind === 'route')
    .map(({ at }) => routeUrl(authorization, at));
  const padding = Array.from({ length: Math.max(0, clusterSize - routes.length) }, (_, i) =>
    paddingRoute(i + 1),
  );
  return {
    name: node.cluster,
    listen: `${bind}:${node.ports.cluster}`,
    advertise: NOWHERE,
    no_advertise: true,
    ...(authorization ? { authorization: { ...authorization } } : {}),
    routes: [...routes, ...padding],
  };
}

/**
 * Servers tell the rest of their cluster the URLs by which they reach another cluster; those peers would then connect
 * through proxies that are not theirs. So each URL contains the password of its target cluster: servers do not pass the
 * password on, and without it a connection is refused.
 */
function gateway({ node, dials, bind, tag }: ServerConfigInput, peers: string[]): Record<string, Json> {
  const own = dials.filter(({ link }) => link.kind === 'gateway');
  return {
    name: node.cluster,
    listen: `${bind}:${node.ports.gateway}`,
    advertise: NOWHERE,
    reject_unknown_cluster: true,
    authorization: { user: node.cluster, password: tag },
    // One URL for each remote server: the meta group takes its first size from their number.
    gateways: peers.map((peer) => ({
      name: peer,
      urls: own
        .filter(({ link }) => clusterOf(link.to) === peer)
        .map(({ at }) => `nats://${encodeURIComponent(peer)}:${encodeURIComponent(tag)}@${at}`),
    })),
  };
}

function leafnodes(
  { node, spec, dials, bind, certificate }: ServerConfigInput,
  tls: TlsBlocks,
): Record<string, Json> {
  const leafs = dials.filter(({ link }) => link.kind === 'leafnode');
  const accounts = [...new Set(leafs.map(({ link }) => `${link.account ?? ''}\n${clusterOf(link.to)}`))];
  const remotes = accounts.map((key) => {
    const [account = '', target = ''] = key.split('\n');
    // An URL has no place for a signature: the rules demand a user with a password.
    const user = spec.accounts.find((a) => a.name === account)?.users.find(({ key }) => key === undefined);
    const credentials = user
      ? `${encodeURIComponent(user.name)}:${encodeURIComponent(passwordIn(user, target))}@`
      : '';
    const urls = leafs
      .filter(({ link }) => link.account === account && clusterOf(link.to) === target)
      .map(({ at }) => `nats://${credentials}${at}`);
    return { urls, account, ...remoteTlsBlock(tlsIn(spec, target), certificate) };
  });
  return {
    listen: `${bind}:${node.ports.leafnode}`,
    advertise: NOWHERE,
    ...tls.leafnodes,
    ...(remotes.length > 0 ? { reconnect: 1, remotes } : {}),
  };
}

/** `over` takes precedence, key by key; `null` removes a key. */
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
