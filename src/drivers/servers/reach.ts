import { resumeConsumer } from '../../nats/assets/administer.ts';
import { deleteStream } from '../../nats/assets/filler.ts';
import {
  connect,
  withConnection,
  type Access,
  type Connection,
  type ServerOptions,
} from '../../nats/connect.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../nats/monitor/observer.ts';
import { withDeadline } from '../../support/deadline.ts';
import type { Driver, LinkInfo, NodeInfo } from '../driver.ts';
import type { EntryPoint } from '../links/round-trip.ts';
import type { TlsAccess } from '../../nats/tls/access.ts';
import { credentialsOf, type Credentials } from '../../nats/authenticate.ts';
import { permissionsOf } from '../account-terms.ts';
import { passwordIn, type AccountSpec, type EnvironmentSpec, type UserSpec } from '../spec.ts';
import type { JetStreamUndo, StreamPlace } from '../undo/replay.ts';
import { clusterOf } from './topology.ts';

/** Servers that the runner did not start answer soon or not at all. */
const FOUND_MS = 5_000;
const CLOSE_MS = 3_000;

/** Who connects, and where: passwords may differ by cluster. */
interface Identity {
  account: string;
  cluster: string;
  /** Left out: the first of the account. */
  user?: string | undefined;
}

/** A connection as the runner has it, or without credentials for an account without users. */
function connectAs(
  spec: EnvironmentSpec | undefined,
  who: Identity,
  options: Omit<ServerOptions, 'user' | 'pass'>,
): Promise<Connection> {
  return connect({ ...options, ...runnerAccess(spec, who) });
}

/**
 * How the runner itself connects: it accepts any certificate, so that faults on certificates do not blind it. Workloads
 * check them.
 */
function uncheckedTls(access: TlsAccess | undefined): { tls?: TlsAccess } {
  return access === undefined ? {} : { tls: { ...access, unchecked: true } };
}

/** What a connection to servers that a driver has started needs of it. */
interface Started {
  spec: EnvironmentSpec | undefined;
  /** With the certificates of the run; left out: no TLS. */
  tls: TlsAccess | undefined;
}

/** A connection of the runner to servers that a driver has started. */
export function connectToStarted(
  { spec, tls }: Started,
  who: Identity,
  options: Omit<ServerOptions, 'user' | 'pass' | 'tls'>,
): Promise<Connection> {
  return connectAs(spec, who, { ...options, ...uncheckedTls(tls) });
}

/** What a workload's connection to servers that a driver has started needs: it checks their certificates. */
export function accessToStarted({ spec, tls }: Started, who: Identity): Access {
  return { ...accessAs(spec, who), ...(tls && { tls }) };
}

/** What the runner's own connection to servers that a driver has started needs. */
export function runnerAccessToStarted({ spec, tls }: Started, who: Omit<Identity, 'user'>): Access {
  return { ...runnerAccess(spec, who), ...uncheckedTls(tls) };
}

/** What a connection as a user of an account needs besides the servers. */
export function accessAs(
  spec: EnvironmentSpec | undefined,
  { account, cluster, user: name }: Identity,
): Access {
  const users = accountOf(spec, account)?.users ?? [];
  const user = name === undefined ? users[0] : users.find((one) => one.name === name);
  const tls = spec?.attach?.tls ?? spec?.compose?.tls;
  return { ...(user === undefined ? {} : proofOf(user, cluster)), ...(tls && { tls }) };
}

/** How a user proves who it is. */
function proofOf(user: UserSpec, cluster: string): Credentials {
  const { name, token, key, nkeyFile, credentialsFile } = user;
  if (key !== undefined) return { nkeySeed: key.seed };
  if (credentialsFile !== undefined) return { credentialsFile };
  if (nkeyFile !== undefined) return { nkeyFile };
  return token === undefined ? { user: name, pass: passwordIn(user, cluster) } : { token };
}

/** What a connection of the runner itself needs: of a user that may do everything, if there is one. */
export function runnerAccess(spec: EnvironmentSpec | undefined, who: Omit<Identity, 'user'>): Access {
  const terms = accountOf(spec, who.account);
  if (terms?.runner) return { user: terms.runner.name, pass: terms.runner.password };
  const user = terms?.users.find(({ name }) => permissionsOf(terms, name) === undefined)?.name;
  return accessAs(spec, { ...who, user });
}

function accountOf(spec: EnvironmentSpec | undefined, account: string): AccountSpec | undefined {
  return spec?.accounts.find((one) => one.name === account);
}

/** A connection as the runner has it, to servers that the driver did not start itself. */
export function connectToAttached(
  spec: EnvironmentSpec | undefined,
  who: Identity,
  options: { servers: string[]; name: string; signal: AbortSignal },
): Promise<Connection> {
  return connect({ ...options, ...attachedAccess(runnerAccess(spec, who)) });
}

/** What a connection needs besides servers that the driver did not start itself. */
export function attachedAccess(access: Access): Access {
  return { ...access, timeoutMs: FOUND_MS };
}

/** The cluster of some servers, which clients reach directly or through proxies; empty for servers of others. */
export function clusterOfServers(
  driver: Pick<Driver, 'nodes' | 'clientServers'>,
  servers: readonly string[],
): string {
  const nodes = driver.nodes();
  const direct = nodes.find(({ client }) => servers.includes(client));
  if (direct) return direct.cluster;
  const isProxied = (cluster: string): boolean =>
    driver.clientServers(cluster).some(({ server }) => servers.includes(server));
  return [...new Set(nodes.map(({ cluster }) => cluster))].find(isProxied) ?? '';
}

/** The first line of a client of the first account that is not the system account. */
export function connectLine(spec: EnvironmentSpec | undefined, cluster: string): string {
  // What is signed would have to be new for each connection.
  const users = spec?.accounts.find((account) => !account.system)?.users;
  const user = users?.find(({ key }) => key === undefined);
  const credentials = user ? credentialsOf(proofOf(user, cluster), undefined) : {};
  return `CONNECT ${JSON.stringify({ verbose: false, lang: 'nats-chaos', version: '0', protocol: 1, ...credentials })}`;
}

/** Undoes through the JetStream API, over connections that bypass every fault that clients feel. */
export function jetStreamUndo(driver: Pick<Driver, 'nodes' | 'connect'>): JetStreamUndo {
  const within = ({ cluster, account }: StreamPlace, use: (connection: Connection) => Promise<void>) => {
    const servers = directServers(driver.nodes(), cluster).map(({ server }) => server);
    return withConnection(driver.connect(servers, account, 'nats-chaos/undo'), use);
  };
  return {
    deleteStream: (place) => within(place, (connection) => deleteStream(connection, place.stream)),
    resumeConsumer: (place, consumer) =>
      within(place, (connection) => resumeConsumer(connection, place.stream, consumer)),
  };
}

/** The public information about nodes, without what drivers add to it. */
export function asNodes(nodes: readonly NodeInfo[]): NodeInfo[] {
  return nodes.map(({ address, cluster, name, client, monitor, listeners = {} }) => ({
    address,
    cluster,
    name,
    client,
    monitor,
    ...(Object.keys(listeners).length === 0 ? {} : { listeners }),
  }));
}

/** The public information about links, without what drivers add to it. */
export function asLinks(links: readonly LinkInfo[]): LinkInfo[] {
  return links.map(({ id, kind, from, to, direct }) => ({
    id,
    kind,
    from,
    to,
    ...(direct === true ? { direct } : {}),
  }));
}

/** Where workloads connect when nodes have no proxies: at the same addresses as the runner. */
export function directServers(
  nodes: readonly NodeInfo[],
  cluster: string,
): { node: string; server: string }[] {
  return nodes
    .filter((node) => node.cluster === cluster)
    .map((node) => ({ node: node.address, server: node.client }));
}

/** Where workloads connect to the nodes of a cluster when each node has a client link, direct or through a proxy. */
export function linkedServers<L extends LinkInfo>(
  links: readonly L[],
  cluster: string,
  entryPointOf: (link: L) => EntryPoint,
): { node: string; server: string }[] {
  return links
    .filter(({ from, to }) => from === 'client' && clusterOf(to) === cluster)
    .map((link) => {
      const { host, port } = entryPointOf(link);
      return { node: link.to, server: `${host}:${port}` };
    });
}

/** An observer of everything that an environment declares. */
export function observe(
  spec: EnvironmentSpec,
  nodes: ObserverOptions['nodes'],
  connect: (servers: string[], account: string, name: string) => Promise<Connection>,
): Observer {
  return createObserver({
    nodes,
    accountOf: (address) => spec.streams.find((stream) => stream.address === address)?.account ?? '',
    systemAccount: spec.accounts.find(({ system, users }) => system && users.length > 0)?.name,
    connect: (server, account) => connect([server], account, 'nats-chaos/observer'),
  });
}

/** Closes an observer within a deadline: a server that hangs must not block the runner. */
export async function closeInTime(observer: Observer | undefined): Promise<void> {
  await withDeadline(observer?.close() ?? Promise.resolve(), CLOSE_MS, 'closing').catch(() => undefined);
}

/** Several releases side by side are shown together: `2.10.29+2.12.15`. */
export function releases(versions: readonly string[]): Record<string, string> {
  return versions.length === 0 ? {} : { 'nats-server': versions.join('+') };
}
