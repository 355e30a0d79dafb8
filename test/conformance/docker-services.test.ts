import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from '../../src/drivers/docker/engine/engine.ts';
import { findImage } from '../../src/drivers/docker/engine/find-image.ts';
import { DockerDriver } from '../../src/drivers/docker/managed/docker-driver.ts';
import type { EnvironmentSpec, ServiceSpec } from '../../src/drivers/spec.ts';
import { faults } from '../../src/faults/index.ts';
import { until } from '../../src/support/deadline.ts';
import { oneZoneSpec } from '../support/one-zone-spec.ts';
import { bringUp, whole, type Environment } from './bring-up.ts';
import { proveFault } from './prove-fault.ts';
import { serviceActions } from './service-actions.ts';
import { serviceLimits } from './service-limits.ts';

const limits = serviceLimits([
  ['front', 'side'],
  ['side', 'qa1a'],
]);

/** Any image will do: this one is on every engine that runs the other tests. */
async function servicesSpec(): Promise<EnvironmentSpec> {
  const zone = oneZoneSpec();
  const ctx = { signal: new AbortController().signal, progress: () => undefined };
  const engine = await connectEngine();
  const request = { tool: 'nats-server' as const, wanted: zone.nats, env: process.env };
  const { name: image } = await findImage(engine, request, ctx);
  const { Config: says } = await engine.docker.getImage(image).inspect();
  const entrypoint = [says.Entrypoint ?? []].flat();
  const own: ServiceSpec = {
    name: 'side',
    command: [],
    container: { image, command: ['-c', '${data}/etc/side.conf'] },
    replicas: 2,
    most: 4,
    ports: { client: 'free', monitor: 'free' },
    env: { NUMBER: 'first-${replica}' },
    files: {
      'etc/side.conf': 'port: ${port.client}\nhttp: ${port.monitor}\nserver_name: $NUMBER\n',
    },
    links: [{ as: 'nats', to: 'qa1a' }],
    dependsOn: [],
    health: { kind: 'http', port: 'monitor', path: '/healthz', status: 200 },
    readyWithinMs: 30_000,
    here: '/',
  };
  const front: ServiceSpec = {
    ...own,
    name: 'front',
    replicas: 1,
    links: [{ as: 'side', to: 'side', port: 'client' }],
    dependsOn: ['side'],
    health: { kind: 'command', command: [...entrypoint, '--version'] },
  };
  const program = [process.execPath, '${here}/environments/services/front.mjs'];
  const made: ServiceSpec = {
    ...own,
    name: 'made',
    container: {
      image: '',
      command: program,
      build: { programs: [process.execPath], copy: [resolve('environments/services')] },
    },
    replicas: 1,
    ports: { http: 'free' },
    env: { PORT: '${port.http}', LISTEN: '${listen}', API: '${link.side}' },
    files: {},
    links: [{ as: 'side', to: 'side', port: 'monitor' }],
    health: { kind: 'tcp', port: 'http' },
    here: resolve('.'),
  };
  delete made.most;
  return limits.withLimits({ ...zone, services: [front, own, made] });
}

const CASES: [kind: string, options: Record<string, unknown>][] = [
  ['kill', { nodes: ['side@any', 'front'] }],
  ['pause', { nodes: 'side/2' }],
  ['isolate', { nodes: 'side/1', clients: false, mode: 'reset' }],
  ['partition', { between: ['front', 'side'], direction: 'both', mode: 'reset' }],
  ['latency', { between: ['side', 'qa1a'], direction: 'both', latency: 40, jitter: 0 }],
  ...limits.cases,
];

describe('services in containers', () => {
  let env: Environment;
  beforeAll(async () => {
    const spec = await servicesSpec();
    env = await bringUp({ create: (ctx) => new DockerDriver(ctx), spec: () => spec });
  });
  afterAll(() => env.takeDown());

  it('are there, each replica with its own place, and healthy', async () => {
    const { services } = env.driver;
    const list = services?.list() ?? [];
    const limited = limits.cases.length > 0 ? ['writer/1'] : [];
    expect(list.map(({ address }) => address)).toEqual(['front/1', 'side/1', 'side/2', 'made/1', ...limited]);
    expect(new Set(list.flatMap(({ ports }) => Object.values(ports))).size).toBe(7 + limited.length);
    for (const { address } of list) expect(await services?.healthy(address)).toBe(true);
    expect(await env.driver.missing()).toEqual([]);
    expect(await env.driver.bypasses()).toEqual([]);
  });

  it('run programs of this machine in an image that is made of them', async () => {
    const at = env.driver.services?.list().find(({ service }) => service === 'made')?.ports['http'];
    // It asks the servers behind it for something that they do not have.
    expect((await fetch(`http://${at}/health`)).status).toBe(503);
  });

  it.each(CASES)('%s %j', async (kind, options) => {
    await proveFault(
      env,
      faults.find((one) => one.kind === kind)!,
      options,
    );
  });

  serviceActions(
    () => env,
    'side',
    async (replica) => {
      const at = env.driver.services?.list().find(({ address }) => address === replica)?.ports['monitor'];
      const answer = (await (await fetch(`http://${at}/varz`)).json()) as { server_name: string };
      return answer.server_name;
    },
  );

  it('that are ended by somebody else are exits that nobody asked for', async () => {
    const { docker } = await connectEngine();
    const runId = env.journal.find(({ op }) => op === 'environment.reap')?.args.runId as string;
    await docker.getContainer(`nats-chaos-${runId}-service-side-2`).kill({ signal: 'SIGKILL' });
    await until(async () => (await env.driver.missing()).includes('side/2 is down'), {
      timeoutMs: 20_000,
      what: 'the end of side/2',
    });
    expect((await env.driver.exits()).at(-1)).toMatchObject({ node: 'side/2', asked: null });
    await env.driver.processes?.start('side/2');
    await whole(env.driver);
  });
});
