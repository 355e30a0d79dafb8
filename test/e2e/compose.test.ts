import { createServer } from 'node:net';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectEngine } from '../../src/drivers/docker/engine/engine.ts';
import { makeAuthority } from '../../src/drivers/tls/authority.ts';
import { until } from '../../src/support/deadline.ts';
import { smallExperiment, threeFreePorts, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** What there is on the engine, whoever made it. */
async function census() {
  const { docker } = await connectEngine();
  const [containers, networks, { Volumes: volumes }, images] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listImages(),
  ]);
  return {
    containers: containers.map(({ Id: id }) => id).sort(),
    networks: networks.map(({ Id: id }) => id).sort(),
    volumes: ((volumes as typeof volumes | null) ?? []).map(({ Name: name }) => name).sort(),
    images: images.map(({ Id: id }) => id).sort(),
  };
}

interface Server {
  ports?: string[];
  healthcheck?: Record<string, unknown>;
  command?: string[];
  volumes?: string[];
}

/** A compose file with one server, and an environment that points at it. */
function compose(
  server: Server,
  environment: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): void {
  const folder = join(bench.folder, 'environments');
  writeFileSync(join(folder, 'n1.conf'), CONFIG);
  const healthcheck = { test: ['CMD', '/nats-chaos/nats-server', '--version'], interval: '1s', retries: 1 };
  const n1 = {
    image: '${NATS_IMAGE:-nats:2.12}',
    command: ['-c', '/etc/nats/n1.conf', '-n', 'n1'],
    volumes: ['./n1.conf:/etc/nats/n1.conf:ro', 'n1:/data'],
    healthcheck,
    ...server,
  };
  writeFileSync(
    join(folder, 'compose.yml'),
    JSON.stringify({ services: { n1 }, volumes: { n1: {} }, ...more }),
  );
  bench.environment({
    name: 'composed',
    title: 'One server of a compose file',
    nats: process.env.CHAOS_TEST_NATS ?? '2.12',
    compose: { file: 'compose.yml', within: '20s' },
    clusters: { c: { nodes: ['n1'] } },
    streams: { 'c/s': { subjects: ['s.>'] } },
    consumers: { 'c/s/worker': { ackWait: '5s' } },
    ...environment,
  });
}

const CONFIG = `
listen: 0.0.0.0:4222
http: 0.0.0.0:8222
jetstream { store_dir: /data }
accounts {
  APP { jetstream: enabled, users: [{ user: app, password: app }] }
  SYS { users: [{ user: sys, password: sys }] }
}
system_account: SYS
`;

const killing = (over: Record<string, unknown> = {}): Record<string, unknown> =>
  smallExperiment({
    environment: 'composed',
    maxNodesDown: 1,
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 1, within: '20s' }],
    method: [
      { phase: 'dead', faults: [{ kind: 'kill', nodes: 'c/n1' }], for: '1s' },
      { phase: 'back', until: 'steady', within: '30s' },
    ],
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
    ...over,
  });

it('brings a compose file up, waits for its health checks, strikes, and leaves nothing of it', async () => {
  // Published nowhere: its own address is reached.
  compose({});
  const image = await connectEngine();
  const before = await census();
  const striking = (phase: string, fault: Record<string, unknown>) => [
    { phase, faults: [{ nodes: 'c/n1', ...fault }], for: '500ms' },
    { phase: `after-${phase}`, until: 'steady', within: '30s' },
  ];
  const method = [
    {
      phase: 'filled',
      until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
      within: '30s',
    },
    ...striking('dead', { kind: 'kill' }),
    ...striking('damaged', { kind: 'bit-flip', stream: 'c/s', files: 'blocks', restore: true }),
    ...striking('slowed', { kind: 'cpu-limit', share: '5%' }),
  ];
  const workloads = {
    publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 100, interval: '5ms' },
    worker: { kind: 'consume', consumer: 'c/s/worker' },
  };
  const file = bench.experiment(killing({ method, workloads }));
  const { code, report, timeline, folder } = await bench.run(file).ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report.driver).toBe('compose');
  expect(report.versions.docker).toBe(image.version);
  expect(report.faults.map(({ inForce, removed }) => [inForce?.proven, removed?.proven])).toEqual(
    Array(3).fill([true, true]),
  );
  expect(readdirSync(join(folder, 'logs'))).toContain('n1.log');
  const after = await census();
  // The image of the server may have been made for this run, and stays for the next.
  expect({ ...after, images: [] }).toEqual({ ...before, images: [] });
  expect(after.images.length - before.images.length).toBeLessThanOrEqual(1);
});

it('brings up servers that require TLS, and connects to them with the files that it is given', async () => {
  const port = await threeFreePorts();
  const tls = await certificateFiles();
  compose(
    {
      ports: [`127.0.0.1:${port}:4222`, `127.0.0.1:${port + 1}:8222`],
      volumes: ['./n1.conf:/etc/nats/n1.conf:ro', '.:/keys:ro', 'n1:/data'],
    },
    { compose: { file: 'compose.yml', within: '20s', tls } },
  );
  const files = `cert_file: /keys/${tls.certificate}, key_file: /keys/${tls.key}, ca_file: /keys/${tls.ca}`;
  writeFileSync(environmentFile('n1.conf'), `${CONFIG}\ntls { ${files}, verify: true }\n`);
  const { code, report, timeline } = await bench.run(bench.experiment(killing())).ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report.faults.map(({ inForce, removed }) => [inForce?.proven, removed?.proven])).toEqual([
    [true, true],
  ]);
});

/** One certificate for the server and for clients, beside the environment. */
async function certificateFiles(): Promise<{ ca: string; certificate: string; key: string }> {
  const [from, to] = [-HOUR_MS, HOUR_MS].map((ms) => new Date(Date.now() + ms)) as [Date, Date];
  const authority = await makeAuthority('composed', from, to);
  const hosts = ['127.0.0.1', 'localhost'];
  const issued = await authority.issue({ commonName: 'n1', hosts, notBefore: from, notAfter: to });
  writeFileSync(environmentFile('ca.pem'), authority.certificate);
  writeFileSync(environmentFile('n1.pem'), issued.certificate);
  writeFileSync(environmentFile('n1-key.pem'), issued.key);
  return { ca: 'ca.pem', certificate: 'n1.pem', key: 'n1-key.pem' };
}

const HOUR_MS = 3_600_000;

function environmentFile(name: string): string {
  return join(bench.folder, 'environments', name);
}

describe('says clearly, and leaves nothing, when', () => {
  const failing = async (): Promise<string> => {
    const before = await census();
    const { code, report } = await bench.run(bench.experiment(killing())).ends();
    expect(code).toBe(3);
    expect({ ...(await census()), images: [] }).toEqual({ ...before, images: [] });
    return report.reasons[0]?.text ?? '';
  };

  it('a port is taken', async () => {
    const port = await threeFreePorts();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    compose({ ports: [`127.0.0.1:${port}:4222`] });
    expect(await failing()).toMatch(new RegExp(`compose.yml: port ${port} .*is taken already`));
    server.close();
  });

  it('a subnet is taken', async () => {
    const { docker } = await connectEngine();
    const ipam = { Config: [{ Subnet: '10.222.250.0/24' }] };
    const other = await docker.createNetwork({ Name: `taken-${process.pid}`, IPAM: ipam });
    compose({}, {}, { networks: { default: { ipam: { config: [{ subnet: '10.222.250.0/24' }] } } } });
    const said = await failing().finally(() => other.remove());
    expect(said).toMatch(/compose.yml: a subnet that it names is taken already by another network/);
  });

  it('a service is missing', async () => {
    compose({}, { clusters: { c: { nodes: ['n2'] } }, streams: {}, consumers: {} });
    const file = bench.experiment(
      killing({ workloads: {}, checks: [], method: [{ phase: 'look', for: '1s' }] }),
    );
    const { code, report } = await bench.run(file).ends();
    expect(code).toBe(3);
    expect(report.reasons[0]?.text).toMatch(/c\/n2: .* has no container or service "n2"; there are n1/);
  });

  it('a health check fails', async () => {
    const test = ['CMD', '/nats-chaos/nats-server', '-c', '/no-such-file'];
    compose({ healthcheck: { test, interval: '1s', retries: 1 } });
    expect(await failing()).toMatch(/the service n1 is unhealthy: .*no-such-file/);
  });

  it('a server ends at once', async () => {
    compose({ command: ['-c', '/etc/nats/other.conf'] });
    expect(await failing()).toMatch(/the service n1 exited with 1, saying: .*other\.conf/);
  });

  it('accounts are not those that the file says', async () => {
    compose({}, { accounts: { APP: { jetstream: true, users: { app: { password: 'other' } } } } });
    expect(await failing()).toMatch(/c\/n1 lets no client in as APP: .*uthorization/);
  });
});

it('is taken down by the guardian when the runner dies', async () => {
  compose({});
  const before = await census();
  const run = bench.run(bench.experiment(killing({ method: [{ phase: 'long', for: '60s' }] })));
  await run.sees(/long: begins/);
  expect((await census()).containers.length).toBe(before.containers.length + 1);
  run.child.kill('SIGKILL');
  await until(
    async () => {
      expect({ ...(await census()), images: [] }).toEqual({ ...before, images: [] });
      return true;
    },
    { timeoutMs: 30_000, what: 'nothing of the project' },
  );
  // Its folder is the last that goes.
  await bench.leftovers();
});
