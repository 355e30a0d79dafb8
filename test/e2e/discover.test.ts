import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiscoveredSystem } from '../../src/discover/model.ts';
import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import type { Driver, DriverContext } from '../../src/drivers/driver.ts';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { RunCertificates } from '../../src/drivers/tls/run-certificates.ts';
import { jointsOf } from '../../src/experiment/resolve/declared-links.ts';
import { loadEnvironment } from '../../src/experiment/load.ts';
import type { Environment } from '../../src/experiment/schema/environment.ts';
import { consumerConfig, originConfig, streamConfig } from '../../src/nats/assets/settings/config.ts';
import { getJson } from '../../src/nats/monitor/monitor.ts';
import { environmentSpec } from '../../src/plan/environment-spec.ts';
import { bringUp } from '../conformance/bring-up.ts';
import { isLeftOut } from '../support/surroundings/left-out.ts';

/** Which clusters an address is needed of: servers answer within a cluster and over gateways, not over leafnode links. */
interface Topology {
  name: string;
  clusters: string[];
  user: string;
  password: string;
  /** In containers; left out: as processes. */
  containers?: true;
}

const ALL: Topology[] = [
  { name: 'dual-mirror', clusters: ['qa1a', 'qa1b'], user: 'sys', password: 'sys' },
  { name: 'supercluster', clusters: ['cluster1'], user: 'admin', password: 'cluster1' },
  { name: 'accounts', clusters: ['nats-cluster'], user: 'sys-user', password: 'sys123' },
  { name: 'leaf-chain', clusters: ['hub', 'middle', 'edge'], user: 'sys', password: 'sys' },
  { name: 'leaf-accounts', clusters: ['hub', 'edge'], user: 'sys', password: 'sys' },
  { name: 'supercluster-three', clusters: ['cluster1'], user: 'admin', password: 'cluster1' },
  { name: 'consumers', clusters: ['z'], user: 'sys', password: 'sys' },
  { name: 'shared-stream', clusters: ['z'], user: 'sys', password: 'sys' },
  { name: 'external-mirror', clusters: ['qa1a', 'qa1b'], user: 'sys', password: 'sys' },
  {
    name: 'many-leaves',
    clusters: ['hub', ...[1, 2, 3, 4, 5, 6].map((n) => `edge-${n}`)],
    user: 'sys',
    password: 'sys',
  },
  { name: 'leaf-super-cluster', clusters: ['west', 'edge'], user: 'sys', password: 'sys' },
  { name: 'listeners', clusters: ['z'], user: 'sys', password: 'sys' },
  { name: 'tls', clusters: ['qa1a'], user: 'sys', password: 'sys' },
  { name: 'tls-links', clusters: ['east', 'edge'], user: 'sys', password: 'sys' },
  { name: 'dual-mirror', clusters: ['qa1a', 'qa1b'], user: 'sys', password: 'sys', containers: true },
];
/** `npm run test:discover` tries them all. */
const ALL_OF_THEM = process.env.DISCOVER === 'all';
const HERE = isLeftOut('containers') ? ALL.filter(({ containers }) => containers !== true) : ALL;
const CHOSEN = ALL_OF_THEM ? HERE : ALL.slice(0, 2);
const ON = (containers: true | undefined): string => (containers === true ? 'in containers' : 'as processes');

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'chaos-discover-'));
afterAll(() => rmSync(folder, { recursive: true }));

function chaos(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

function environmentOf(name: string): ReturnType<typeof loadEnvironment> {
  const nats = process.env.CHAOS_TEST_NATS;
  return loadEnvironment(`environments/${name}.yaml`, {
    env: {},
    cwd: resolve('.'),
    ...(nats === undefined ? {} : { overrides: { nats } }),
  });
}

describe.each(CHOSEN.map((one) => [`${one.name}, ${ON(one.containers)}`, one] as const))(
  '%s, as it runs',
  (_title, topology) => {
    const { name, clusters, user, password, containers } = topology;
    let running: Awaited<ReturnType<typeof bringUp>>;
    let addresses: string[];
    const declared = environmentOf(name);
    const env: Record<string, string> = { NATS_PASSWORD: password };
    beforeAll(async () => {
      const spec = environmentSpec(declared);
      const free = { ...spec, clusters: spec.clusters.map((cluster) => ({ ...cluster, ports: {} })) };
      const create = (ctx: DriverContext): Driver =>
        containers === true ? new DockerDriver(ctx) : new ProcessDriver(ctx);
      running = await bringUp({ create, spec: () => free });
      Object.assign(env, clientFiles(running.driver));
      const first = (cluster: string): string =>
        running.driver.nodes().find((node) => node.cluster === cluster)?.client ?? '';
      addresses = clusters.map((cluster) => `nats://${first(cluster)}`);
    });
    afterAll(() => running.takeDown());

    it('is found field by field as the file says that started it', () => {
      const file = join(folder, 'environments', `${name}.yaml`);
      const { code, err } = chaos(
        ['discover', ...addresses, '--user', user, '--name', name, '--out', file],
        env,
      );
      expect(code, err).toBe(0);
      expect(chaos(['validate', file])).toMatchObject({ code: 0 });
      const found = loadEnvironment(file, { env, cwd: folder });
      expect(found.value.attach?.allowFaults).toBe(false);
      expectNodes(found.value, running.driver.nodes(), containers === true);
      expect(Object.keys(found.value.clusters).sort()).toEqual(Object.keys(declared.value.clusters).sort());
      expect(accountsOf(found.value)).toEqual(accountsOf(declared.value));
      expectAssets(found.value, declared.value);
      expect(declaredLinks(found.value)).toHaveLength(declaredLinks(declared.value).length);
      expect(declaredLinks(found.value)).toEqual(expect.arrayContaining(declaredLinks(declared.value)));
      // The secret itself is nowhere in it.
      expect(readFileSync(file, 'utf8')).toContain('password: "${secrets.SYSTEM_PASSWORD}"');
    });

    it('has the links and domains of that file', () => {
      const { code, out, err } = chaos(['discover', ...addresses, '--user', user, '--json'], env);
      expect(code, err).toBe(0);
      const system = JSON.parse(out) as DiscoveredSystem;
      const links = (all: object[]): string[] => all.map((link) => JSON.stringify(link)).sort();
      expect(links(system.links)).toEqual(links(declaredLinks(declared.value)));
      for (const { name: cluster, domain } of system.clusters) {
        const { jetstream = false } = declared.value.clusters[cluster] ?? {};
        expect(domain, cluster).toBe(jetstream === false ? undefined : jetstream.domain);
      }
    });

    it('makes an environment that starts the like of it', () => {
      const file = join(folder, 'environments', `${name}-again.yaml`);
      const { code, err } = chaos(
        ['discover', ...addresses, '--user', user, '--as', 'started', '--out', file],
        env,
      );
      expect(code, err).toBe(0);
      const again = loadEnvironment(file, { env: {}, cwd: folder });
      expectAssets(again.value, declared.value);
      expect(declaredLinks(again.value)).toEqual(expect.arrayContaining(declaredLinks(declared.value)));
      if (!ALL_OF_THEM) return;
      // It is not only valid: it comes up, and loses and gets back a node.
      const [first = ''] = Object.keys(again.value.clusters);
      const experiment = join(folder, 'again.json');
      writeFileSync(
        experiment,
        JSON.stringify({
          name: 'again',
          title: 'What was discovered comes up again',
          environment: file,
          maxNodesDown: 1,
          steadyState: Object.keys(again.value.clusters).map((cluster) => ({
            kind: 'server-healthy',
            servers: cluster,
            is: 'healthy',
            within: '60s',
          })),
          method: [
            {
              phase: 'one-down',
              faults: [{ kind: 'kill', nodes: `${first}@any` }],
              for: '3s',
              expect: [{ kind: 'server-healthy', servers: first, is: 'unhealthy', within: '2s' }],
            },
            { phase: 'recovery', until: 'steady', within: '1m' },
          ],
        }),
      );
      const ended = chaos(['run', experiment, '--free-ports', '--out', join(folder, 'reports')]);
      expect(ended.code, ended.out + ended.err).toBe(0);
    });

    if (name !== 'dual-mirror' || containers === true) return;

    it('is found from the monitoring endpoints as well, without a login, and nothing is changed', async () => {
      const monitors = running.driver.nodes().map(({ monitor }) => monitor);
      const before = await traceOf(monitors);
      const { code, out, err } = chaos(['discover', ...monitors, '--json']);
      expect(code, err).toBe(0);
      const system = JSON.parse(out) as DiscoveredSystem;
      expect(system.streams.map(({ address }) => address)).toEqual(
        Object.keys(declared.value.streams).sort(),
      );
      expect(system.consumers).toHaveLength(Object.keys(declared.value.consumers).length);
      chaos(['discover', ...addresses, '--user', user, '--json'], env);
      expect(await traceOf(monitors)).toEqual(before);
    });

    it('from one address is one side, with a note on the other', () => {
      const { code, err, out } = chaos(['discover', addresses[1] ?? '', '--user', user], env);
      expect(code, err).toBe(0);
      expect(err).toMatch(
        /leafnode connections in the account APP join qa1b to js\d-qa1a.* give an address there too/,
      );
      expect(err).toMatch(
        /qa1b\/qa_mirror_qa1a copies the stream qa \(through \$JS\.qa1a\.API\), which no server .* give an address of the domain qa1a too/,
      );
      expect(out).toContain('qa1b/qa:');
      expect(out).not.toMatch(/^ {2}qa1b\/qa_mirror_qa1a/m);
    });

    it.each([
      [{}, ['--user', 'sys'], 64, /the environment variable NATS_PASSWORD is not set/],
      [
        { NATS_PASSWORD: 'wrong' },
        ['--user', 'sys'],
        3,
        /Authorization Violation[\s\S]*the server refuses who the client says it is/,
      ],
      [
        { NATS_PASSWORD: 'app' },
        ['--user', 'app'],
        3,
        /no server answered app of the account APP: only users of the system account/,
      ],
    ])('with %o and %j says what is wrong', (variables, options, code, said) => {
      const ended = chaos(['discover', addresses[0] ?? '', ...options], { NATS_PASSWORD: '', ...variables });
      expect(ended.code).toBe(code);
      expect(ended.err).toMatch(said);
    });
  },
);

it('says what is wrong with what it is given', () => {
  expect(chaos(['discover', 'nats://u:p@127.0.0.1:4222'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('an address has no login in it') as string,
  });
  expect(chaos(['discover', 'nats://127.0.0.1:1'])).toMatchObject({
    code: 3,
    err: expect.stringMatching(/no server could be reached at the address/) as string,
  });
  expect(chaos(['discover', join(folder, 'nothing.conf')]).code).toBe(64);
  expect(existsSync(join(folder, 'nothing.conf'))).toBe(false);
});

/** The files of clients, where servers require TLS. */
function clientFiles({ certificates }: Driver): Record<string, string> {
  if (!(certificates instanceof RunCertificates)) return {};
  const { caFile, certFile, keyFile } = certificates.access;
  return {
    ...(caFile === undefined ? {} : { NATS_CA: caFile }),
    ...(certFile === undefined ? {} : { NATS_CERT: certFile }),
    ...(keyFile === undefined ? {} : { NATS_KEY: keyFile }),
  };
}

function expectNodes(
  found: Environment,
  nodes: readonly { cluster: string; name: string; client: string; monitor: string }[],
  onlyNames: boolean,
): void {
  const placed = Object.entries(found.clusters).flatMap(([cluster, { servers = {} }]) =>
    Object.entries(servers).map(([name, where]) => ({ cluster, name, ...where })),
  );
  const wanted = nodes.map(({ cluster, name, client, monitor }) => ({ cluster, name, client, monitor }));
  const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
  // Containers are reached at their published ports and at their own addresses; their servers know only these.
  const compared = (all: typeof placed): object[] =>
    all.sort(byName).map((node) => (onlyNames ? { cluster: node.cluster, name: node.name } : node));
  expect(compared(placed)).toEqual(compared(wanted));
}

function accountsOf({ accounts }: Environment): object {
  return Object.fromEntries(
    Object.entries(accounts)
      .map(
        ([name, { jetstream, system, maxFile, maxMemory, exports = [], imports = [], mappings = {} }]) =>
          [
            name,
            {
              ...{ jetstream, system, maxFile, maxMemory, mappings },
              ...{ exports: exports.toSorted(bySubject), imports: imports.toSorted(bySubject) },
            },
          ] as const,
      )
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

function bySubject(a: { subject: string }, b: { subject: string }): number {
  return a.subject.localeCompare(b.subject);
}

function declaredLinks(environment: Environment): object[] {
  const standard = Object.entries(environment.accounts).find(([, { jetstream }]) => jetstream)?.[0] ?? '';
  const leafnodes = new Map<string, { kind: string; from: string; to: string; accounts: string[] }>();
  const gateways: object[] = [];
  for (const link of jointsOf(environment)) {
    if (link.kind === 'gateway') {
      gateways.push({ kind: 'gateway', between: [...link.between].sort() });
      continue;
    }
    const key = `${link.from} ${link.to}`;
    const known = leafnodes.get(key) ?? { kind: 'leafnode', from: link.from, to: link.to, accounts: [] };
    leafnodes.set(key, known);
    known.accounts = [...known.accounts, link.account ?? standard].sort();
  }
  return [...gateways, ...leafnodes.values()];
}

/** Every setting of every stream and consumer, in the server's own form. */
function expectAssets(found: Environment, declared: Environment): void {
  expect(Object.keys(found.streams).sort()).toEqual(Object.keys(declared.streams).sort());
  expect(Object.keys(found.consumers).sort()).toEqual(Object.keys(declared.consumers).sort());
  for (const [address, stream] of Object.entries(declared.streams)) {
    const other = found.streams[address]!;
    expect(settled(streamConfig(other)), address).toEqual(settled(streamConfig(stream)));
    expect(originsOf(other), address).toEqual(originsOf(stream));
  }
  for (const [address, consumer] of Object.entries(declared.consumers))
    expect(consumerConfig(found.consumers[address]!), address).toEqual(consumerConfig(consumer));
}

/** Without what a mirror takes over from its origin. */
function settled(config: object): object {
  const rest: Record<string, unknown> = { ...config };
  delete rest.mirror_direct;
  return rest;
}

function originsOf({ mirror, sources = [] }: Environment['streams'][string]): object {
  const origin = (from: NonNullable<typeof mirror>): object =>
    typeof from === 'string' ? { stream: from } : { stream: from.stream, ...originConfig({ ...from }) };
  return { mirror: mirror === undefined ? null : origin(mirror), sources: sources.map(origin) };
}

/** What would tell of a change: configurations, counts of streams, consumers and messages. */
async function traceOf(monitors: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    monitors.map(async (monitor) => {
      const { config_load_time: loaded } = await getJson<{ config_load_time: string }>(monitor, '/varz');
      const { streams, consumers, messages } = await getJson<Record<string, number>>(monitor, '/jsz');
      return { loaded, streams, consumers, messages };
    }),
  );
}
