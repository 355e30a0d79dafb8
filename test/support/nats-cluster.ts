import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveBinary } from '../../src/drivers/binaries/index.ts';
import { connect, type Connection, type ServerOptions } from '../../src/nats/connect.ts';
import { until } from '../../src/support/deadline.ts';

/** Three real servers with JetStream, in one cluster, in a temporary folder. */
export interface TestCluster {
  /** `host:port` for clients, one for each server. */
  readonly addresses: readonly string[];
  readonly folder: string;
  connect(name?: string, how?: Partial<ServerOptions>): Promise<Connection>;
  /** SIGKILL. */
  kill(node: number): Promise<void>;
  /** Starts it again on its store. */
  start(node: number): Promise<void>;
  dispose(): Promise<void>;
}

/** @param login of a user that may use JetStream, where the configuration demands one */
export async function startNatsCluster(
  extraConfig = '',
  login: Partial<ServerOptions> = {},
): Promise<TestCluster> {
  const binary = await resolveBinary({ tool: 'nats-server', wanted: '2' }, { progress: () => undefined });
  const folder = mkdtempSync(join(tmpdir(), 'nats-chaos-cluster-'));
  const ports = await freePorts(6);
  const nodes = [0, 1, 2];
  const children = new Map<number, ChildProcess>();
  const routes = nodes.map((node) => `"nats://127.0.0.1:${ports[node + 3]}"`).join(', ');
  for (const node of nodes) {
    writeFileSync(
      join(folder, `n${node}.conf`),
      `server_name: n${node}\nlisten: "127.0.0.1:${ports[node]}"
jetstream { store_dir: ${JSON.stringify(join(folder, `n${node}`))} }
cluster { name: queue, listen: "127.0.0.1:${ports[node + 3]}", routes: [${routes}] }\n${extraConfig}\n`,
    );
  }
  const addresses = nodes.map((node) => `127.0.0.1:${ports[node]}`);
  const dial = (name = 'test', how: Partial<ServerOptions> = {}): Promise<Connection> =>
    connect({ servers: addresses, ...login, ...how, name });
  const launch = async (node: number): Promise<void> => {
    const child = spawn(binary.path, ['-c', join(folder, `n${node}.conf`)], { stdio: 'ignore' });
    children.set(node, child);
    await once(child, 'spawn');
  };
  const kill = async (node: number): Promise<void> => {
    const child = children.get(node);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await Promise.all(nodes.map(launch));
  await isReady(dial);
  return {
    addresses,
    folder,
    connect: dial,
    kill,
    start: launch,
    async dispose() {
      await Promise.all(nodes.map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A stream of three replicas can be made only once all three are known. */
async function isReady(dial: (name: string) => Promise<Connection>): Promise<void> {
  const conn = await dial('ready?');
  const config = { name: 'READY', subjects: ['ready'], num_replicas: 3, storage: 'memory' };
  const ask = async (subject: string, body: object): Promise<boolean> => {
    const answer = await conn.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5_000 });
    return answer.json<{ error?: object }>().error === undefined;
  };
  await until(() => ask('STREAM.CREATE.READY', config), { timeoutMs: 60_000, what: 'the test cluster' });
  await until(() => ask('STREAM.DELETE.READY', {}), { timeoutMs: 60_000, what: 'the test cluster' });
  await conn.close();
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
