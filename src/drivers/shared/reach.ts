import { deleteStream } from '../../nats/ballast.ts';
import { connect, lend, type Connection, type ServerOptions } from '../../nats/connect.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../nats/observer.ts';
import { withDeadline } from '../../support/deadline.ts';
import type { Driver, NodeInfo } from '../driver.ts';
import type { EnvironmentSpec } from '../spec.ts';

/** Servers that somebody else has started, or is starting, are soon there or not at all. */
const FOUND_MS = 5_000;
const CLOSE_MS = 3_000;

/** A connection as the first user of an account, or as nobody for an account without users. */
export function connectAs(
  spec: EnvironmentSpec | undefined,
  account: string,
  options: Omit<ServerOptions, 'user' | 'pass'>,
): Promise<Connection> {
  const user = spec?.accounts.find((one) => one.name === account)?.users[0];
  return connect({ ...options, ...(user ? { user: user.name, pass: user.password } : {}) });
}

/** The same, to servers that the driver did not start itself. */
export function connectToFound(
  spec: EnvironmentSpec | undefined,
  account: string,
  options: { servers: string[]; name: string; signal: AbortSignal },
): Promise<Connection> {
  return connectAs(spec, account, { ...options, timeoutMs: FOUND_MS });
}

/** What a client of the first account that is not the system's has to say first. */
export function connectLine(spec: EnvironmentSpec | undefined): string {
  const user = spec?.accounts.find((account) => !account.system)?.users[0];
  const credentials = user ? { user: user.name, pass: user.password } : {};
  return `CONNECT ${JSON.stringify({ verbose: false, lang: 'nats-chaos', version: '0', protocol: 1, ...credentials })}`;
}

/** Deletes a stream, past every fault that clients feel. */
export async function deleteStreamIn(
  driver: Pick<Driver, 'nodes' | 'connect'>,
  cluster: string,
  account: string,
  stream: string,
): Promise<void> {
  const servers = directServers(driver.nodes(), cluster).map(({ server }) => server);
  await lend(driver.connect(servers, account, 'nats-chaos/undo'), (connection) =>
    deleteStream(connection, stream),
  );
}

/** What all drivers tell of their nodes, whatever else they know of them. */
export function asNodes(nodes: readonly NodeInfo[]): NodeInfo[] {
  return nodes.map(({ address, cluster, name, client, monitor }) => ({
    address,
    cluster,
    name,
    client,
    monitor,
  }));
}

/** Where workloads connect when no proxy stands before a node: where the runner does. */
export function directServers(
  nodes: readonly NodeInfo[],
  cluster: string,
): { node: string; server: string }[] {
  return nodes
    .filter((node) => node.cluster === cluster)
    .map((node) => ({ node: node.address, server: node.client }));
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
    connect: (server, account) => connect([server], account, 'nats-chaos/observer'),
  });
}

/** Closes an observer, if it can: a server that hangs must not hold the runner as well. */
export async function closeInTime(observer: Observer | undefined): Promise<void> {
  await withDeadline(observer?.close() ?? Promise.resolve(), CLOSE_MS, 'closing').catch(() => undefined);
}

/** Several releases side by side are shown together: `2.10.29+2.12.15`. */
export function releases(versions: readonly string[]): Record<string, string> {
  return versions.length === 0 ? {} : { 'nats-server': versions.join('+') };
}
