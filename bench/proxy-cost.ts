// What the proxies cost: R3 publishing to three nodes whose every link, the client's too, goes through Toxiproxy,
// beside the same three nodes without it; turn and turn about in one run. Prints the rates and the ratio.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { resolveBinary } from '../src/drivers/binaries/index.ts';
import { holdPorts } from '../src/drivers/shared/ports.ts';
import { serverConfig } from '../src/drivers/shared/server-config.ts';
import { ServerProcess } from '../src/drivers/process/server-process.ts';
import { layLinks, placeNodes, type PlacedLink } from '../src/drivers/shared/topology.ts';
import { ToxiproxyServer } from '../src/drivers/process/toxiproxy.ts';
import type { EnvironmentSpec } from '../src/drivers/spec.ts';
import { connect, type Connection } from '../src/nats/connect.ts';
import { watchLink } from '../src/nats/link-state.ts';
import { bodyOf, identityOf } from '../src/nats/message.ts';
import { Publisher } from '../src/nats/publisher.ts';
import { until } from '../src/support/deadline.ts';
import { dualMirrorSpec } from '../test/support/dual-mirror-spec.ts';

const SIZE = 256;
const COUNT = Number(process.argv[2] ?? 20_000);
const ROUNDS = Number(process.argv[3] ?? 7);
const IN_FLIGHT = Number(process.argv[4] ?? 256);

const signal = new AbortController().signal;
const progress = (): void => undefined;
const folder = mkdtempSync(join(tmpdir(), 'proxy-cost-'));
const running: ServerProcess[] = [];

type Side = 'direct' | 'proxied';

try {
  const nats = await resolveBinary({ tool: 'nats-server', wanted: '2.12.3' }, { signal, progress });
  const toxiproxy = await resolveBinary({ tool: 'toxiproxy-server' }, { signal, progress });
  const conns: Record<Side, Connection> = {
    direct: await bringUp('direct', nats.path),
    proxied: await bringUp('proxied', nats.path, toxiproxy.path),
  };
  const rates: Record<Side, number[]> = { direct: [], proxied: [] };
  for (let at = 0; at <= ROUNDS; at += 1) {
    for (const side of at % 2 === 0 ? (['direct', 'proxied'] as const) : (['proxied', 'direct'] as const)) {
      const rate = await publish(conns[side], `${side}-${at}`);
      // The first round warms up.
      if (at > 0) rates[side].push(rate);
    }
  }
  console.log(
    `${COUNT} messages of ${SIZE} B, R3, ${IN_FLIGHT} in flight, ${ROUNDS} rounds, messages a second:`,
  );
  console.log(`direct               ${rates.direct.map(Math.round).join('  ')}`);
  console.log(`through the proxies  ${rates.proxied.map(Math.round).join('  ')}`);
  console.log(`ratio of the medians ${(median(rates.proxied) / median(rates.direct)).toFixed(2)}`);
  await Promise.all(Object.values(conns).map((conn) => conn.close()));
} finally {
  await Promise.all(running.map((server) => server.kill()));
  rmSync(folder, { recursive: true });
}

/** Three nodes with an R3 stream, and a connection to the node that leads it. */
async function bringUp(side: Side, nats: string, toxiproxy?: string): Promise<Connection> {
  const spec = threeNodes();
  const own = join(folder, side);
  mkdirSync(own);
  const ports = holdPorts();
  const nodes = await placeNodes(spec, ports, true);
  const links = layLinks(spec, nodes);
  const apiPort = await ports.free();
  await ports.release();
  let portOf = (link: PlacedLink): number => link.upstreamPort;
  if (toxiproxy !== undefined) {
    const server = new ToxiproxyServer(toxiproxy, apiPort, own, join(own, 'toxiproxy.log'), links);
    running.push(server.process);
    await server.start(links, signal);
    portOf = (link) => server.port(link.id);
  }
  for (const node of nodes) {
    const config = join(own, `${node.name}.conf`);
    const text = serverConfig({
      node,
      clusterSize: nodes.length,
      spec,
      dials: links
        .filter((link) => link.from === node.address)
        .map((link) => ({ link, proxy: `127.0.0.1:${portOf(link)}` })),
      bind: '127.0.0.1',
      storeFolder: join(own, node.name),
      logFile: join(own, `${node.name}.log`),
      tag: side,
    });
    writeFileSync(config, text);
    const server = new ServerProcess(nats, ['-c', config], join(own, `${node.name}.out`));
    running.push(server);
    server.start();
  }
  const access = { name: 'bench', user: 'app', pass: 'app' };
  const servers = links
    .filter((link) => link.kind === 'client')
    .map((link) => ({ node: link.to, server: `127.0.0.1:${portOf(link)}` }));
  const leader = await until(
    async () => {
      const conn = await connect({ servers: servers.map(({ server }) => server), ...access });
      try {
        const manager = await jetstreamManager(conn);
        const { cluster } = await manager.streams.add({
          name: 'bench',
          subjects: ['bench.>'],
          num_replicas: 3,
        });
        return cluster?.leader;
      } finally {
        await conn.close();
      }
    },
    { timeoutMs: 60_000, everyMs: 500, what: `an R3 stream on the ${side} nodes` },
  );
  const { server } = servers.find(({ node }) => node.endsWith(`/${leader}`)) ?? servers[0]!;
  return connect({ servers: [server], ...access });
}

function threeNodes(): EnvironmentSpec {
  const spec = dualMirrorSpec();
  const [cluster] = spec.clusters;
  // Room for as many rounds as are asked for.
  const clusters = cluster ? [{ ...cluster, jetstream: { maxFileBytes: 4 * 1024 ** 3 } }] : [];
  return { ...spec, clusters, links: [], streams: [], consumers: [] };
}

/** @returns acknowledged messages a second */
async function publish(conn: Connection, name: string): Promise<number> {
  const publisher = new Publisher(conn, watchLink(conn), {
    subject: 'bench.x',
    stream: 'bench',
    timeoutMs: 10_000,
    retries: 0,
  });
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    let done = 0;
    const fill = (): void => {
      while (sent < COUNT && publisher.inFlight < IN_FLIGHT) send();
    };
    const send = (): void => {
      const id = identityOf('benchrun', name, ++sent);
      publisher.send({
        id,
        body: () => bodyOf(id, SIZE),
        settled: (result) => {
          if (result.outcome !== 'ok') reject(new Error(result.error));
          else if (++done === COUNT) resolve();
          else if (publisher.inFlight <= IN_FLIGHT * 0.75) fill();
        },
      });
    };
    fill();
  });
  return (COUNT / (performance.now() - start)) * 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
