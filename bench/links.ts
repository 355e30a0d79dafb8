// What the wiring of the runner takes from R3 throughput: `nats bench js pub async` at saturation on three servers that
// were started by hand, on three whose links no fault can touch, and on three with every link under control; turn and turn
// about in one run. Prints the rates, the ratios, and how long each of the latter two took to start.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { resolveBinary } from '../src/drivers/binaries/index.ts';
import { ProcessDriver } from '../src/drivers/process/process-driver.ts';
import { ServerProcess } from '../src/drivers/process/server-process.ts';
import { holdPorts } from '../src/drivers/servers/ports.ts';
import type { EnvironmentSpec } from '../src/drivers/spec.ts';
import { connect } from '../src/nats/connect.ts';
import { systemClock } from '../src/support/clock.ts';
import { until } from '../src/support/deadline.ts';
import { newRunId } from '../src/support/ids.ts';
import { oneZoneSpec } from '../test/support/one-zone-spec.ts';
import { natsBench } from './natscli.ts';

const COUNT = Number(process.argv[2] ?? 200_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const SIZE = 128;
const SIDES = ['by hand', 'no link', 'all links'] as const;
type Side = (typeof SIDES)[number];

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'bench-links-'));
const ends: (() => Promise<unknown>)[] = [];

try {
  const readyMs: Partial<Record<Side, number>> = {};
  const servers: Record<Side, Record<string, string>> = {
    'by hand': await byHand(),
    'no link': await byTheRunner('no link', { ...spec(), proxied: [] }, readyMs),
    'all links': await byTheRunner('all links', spec(), readyMs),
  };
  const targets = {} as Record<Side, string>;
  for (const side of SIDES) targets[side] = await leaderOf(servers[side]);
  const rates: Record<Side, number[]> = { 'by hand': [], 'no link': [], 'all links': [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let i = 0; i < SIDES.length; i += 1) {
      const side = SIDES[(i + round) % SIDES.length]!;
      const size = ['--msgs', String(COUNT), '--size', String(SIZE), '--purge'];
      const rate = natsBench(targets[side], ['js', 'pub', 'async', 'bench', '--replicas', '3', ...size]);
      // The first round warms up.
      if (round > 0) rates[side].push(rate);
    }
  }
  console.log(`${COUNT} messages of ${SIZE} B, R3 file, ${ROUNDS} rounds, messages a second:`);
  for (const side of SIDES) {
    const ratio = median(rates[side]) / median(rates['by hand']);
    const ready = readyMs[side] === undefined ? '' : `, ready after ${Math.round(readyMs[side])} ms`;
    console.log(
      `${side.padEnd(10)} ${rates[side].join('  ')}  median ${median(rates[side])}, ratio ${ratio.toFixed(2)}${ready}`,
    );
  }
} finally {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
}

function spec(): EnvironmentSpec {
  const zone = oneZoneSpec();
  // Room for a round; each purges what the one before has left.
  const clusters = zone.clusters.map((cluster) => ({
    ...cluster,
    jetstream: { maxFileBytes: 4 * 1024 ** 3 },
  }));
  return { ...zone, clusters, streams: [] };
}

/** Three servers as their authors show them: each lists the routes of the others. @returns by node, where clients connect */
async function byHand(): Promise<Record<string, string>> {
  const { path } = await resolveBinary({ tool: 'nats-server', wanted: spec().nats }, { signal, progress });
  const ports = holdPorts();
  const names = ['n1', 'n2', 'n3'];
  const places = [];
  for (const name of names) places.push({ name, client: await ports.free(), route: await ports.free() });
  await ports.release();
  for (const { name, client, route } of places) {
    const config = join(folder, `${name}.conf`);
    const text = {
      server_name: name,
      listen: `127.0.0.1:${client}`,
      jetstream: { store_dir: join(folder, name), max_file_store: 4 * 1024 ** 3 },
      accounts: { APP: { jetstream: 'enabled', users: [{ user: 'app', password: 'app' }] } },
      cluster: {
        name: 'hand',
        listen: `127.0.0.1:${route}`,
        routes: places.map((other) => `nats-route://127.0.0.1:${other.route}`),
      },
    };
    writeFileSync(config, JSON.stringify(text));
    const server = new ServerProcess(path, ['-c', config], join(folder, `${name}.log`));
    ends.unshift(() => server.kill());
    server.start();
  }
  return Object.fromEntries(places.map(({ name, client }) => [name, `127.0.0.1:${client}`]));
}

async function byTheRunner(
  side: Side,
  environment: EnvironmentSpec,
  readyMs: Partial<Record<Side, number>>,
): Promise<Record<string, string>> {
  const logFolder = join(folder, side);
  mkdirSync(logFolder);
  const driver = new ProcessDriver({
    runId: newRunId(),
    logFolder,
    clock: systemClock,
    signal,
    freePorts: true,
    progress,
    journal: () => undefined,
  });
  ends.unshift(() => driver.dispose());
  const from = performance.now();
  await driver.start(environment);
  readyMs[side] = performance.now() - from;
  return Object.fromEntries(
    driver.clientServers('qa1a').map(({ node, server }) => [node.split('/')[1] ?? '', server]),
  );
}

/** Makes the stream of `nats bench`. @returns where the node that leads it is reached */
async function leaderOf(servers: Record<string, string>): Promise<string> {
  const leader = await until(
    async () => {
      const connection = await connect({
        servers: Object.values(servers),
        name: 'bench',
        user: 'app',
        pass: 'app',
      });
      try {
        const manager = await jetstreamManager(connection);
        const config = { name: 'benchstream', subjects: ['bench'], num_replicas: 3, max_bytes: 2 ** 30 };
        return (await manager.streams.add(config)).cluster?.leader;
      } finally {
        await connection.close();
      }
    },
    { timeoutMs: 60_000, everyMs: 500, what: 'an R3 stream' },
  );
  return servers[leader] ?? Object.values(servers)[0]!;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function progress(): void {
  // Nobody watches.
}
