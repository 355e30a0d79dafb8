// A cluster of three nodes for benches, with every link direct or through Toxiproxy.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { resolveBinary } from '../src/drivers/binaries/index.ts';
import { ServerProcess } from '../src/drivers/process/server-process.ts';
import { ToxiproxyServer } from '../src/drivers/process/toxiproxy.ts';
import { holdPorts } from '../src/drivers/servers/ports.ts';
import { serverConfig } from '../src/drivers/servers/server-config.ts';
import { layLinks, placeNodes, type PlacedLink } from '../src/drivers/servers/topology.ts';
import type { EnvironmentSpec } from '../src/drivers/spec.ts';
import { connect, type Connection } from '../src/nats/connect.ts';
import { until } from '../src/support/deadline.ts';
import { dualMirrorSpec } from '../test/support/dual-mirror-spec.ts';

const access = { name: 'bench', user: 'app', pass: 'app' };
const signal = new AbortController().signal;
const progress = (): void => undefined;

export interface ThreeNodes {
  /** Makes a file stream. @returns `host:port` of the node that leads it */
  makeStream(name: string, replicas: number): Promise<string>;
  connect(server: string): Promise<Connection>;
  stop(): Promise<void>;
}

export async function startThreeNodes(wiring: 'direct' | 'proxied', version: string): Promise<ThreeNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-'));
  const running: ServerProcess[] = [];
  const nats = await resolveBinary({ tool: 'nats-server', wanted: version }, { signal, progress });
  const spec = threeNodes();
  const ports = holdPorts();
  const nodes = await placeNodes(spec, ports, true);
  const links = layLinks(spec, nodes);
  const apiPort = await ports.free();
  await ports.release();
  let portOf = (link: PlacedLink): number => link.upstreamPort;
  if (wiring === 'proxied') {
    const { path } = await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress });
    const server = new ToxiproxyServer(path, apiPort, folder, join(folder, 'toxiproxy.log'), links);
    running.push(server.process);
    await server.start(links, signal);
    portOf = (link) => server.port(link.id);
  }
  for (const node of nodes) {
    const config = join(folder, `${node.name}.conf`);
    mkdirSync(join(folder, node.name));
    const text = serverConfig({
      node,
      clusterSize: nodes.length,
      spec,
      dials: links
        .filter((link) => link.from === node.address)
        .map((link) => ({ link, at: `127.0.0.1:${portOf(link)}` })),
      bind: '127.0.0.1',
      storeFolder: join(folder, node.name),
      logFile: join(folder, `${node.name}.log`),
      tag: wiring,
    });
    writeFileSync(config, text);
    const server = new ServerProcess(nats.path, ['-c', config], join(folder, `${node.name}.out`));
    running.push(server);
    server.start();
  }
  const servers = links
    .filter((link) => link.kind === 'client')
    .map((link) => ({ node: link.to, server: `127.0.0.1:${portOf(link)}` }));
  return {
    connect: (server) => connect({ servers: [server], ...access }),
    async makeStream(name, replicas) {
      const leader = await until(
        async () => {
          const conn = await connect({ servers: servers.map(({ server }) => server), ...access });
          try {
            const manager = await jetstreamManager(conn);
            const { cluster } = await manager.streams.add({
              name,
              subjects: [`${name}.>`],
              num_replicas: replicas,
            });
            return cluster?.leader;
          } finally {
            await conn.close();
          }
        },
        { timeoutMs: 60_000, everyMs: 500, what: `the stream ${name} on the ${wiring} nodes` },
      );
      return (servers.find(({ node }) => node.endsWith(`/${leader}`)) ?? servers[0])?.server ?? '';
    },
    async stop() {
      await Promise.all(running.map((server) => server.kill()));
      rmSync(folder, { recursive: true });
    },
  };
}

function threeNodes(): EnvironmentSpec {
  const spec = dualMirrorSpec();
  const [cluster] = spec.clusters;
  // Room for as many rounds as are asked for.
  const clusters = cluster ? [{ ...cluster, jetstream: { maxFileBytes: 8 * 1024 ** 3 } }] : [];
  return { ...spec, clusters, links: [], streams: [], consumers: [] };
}
