import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessDriver } from '../../src/drivers/process/process-driver.ts';
import { loadEnvironment } from '../../src/experiment/load.ts';
import { faults } from '../../src/faults/index.ts';
import { environmentSpec } from '../../src/plan/environment-spec.ts';
import { until } from '../../src/support/deadline.ts';
import type { EnvironmentSpec, ServiceSpec } from '../../src/drivers/spec.ts';
import { bringUp, whole, type Environment } from './bring-up.ts';
import { proveFault } from './prove-fault.ts';
import { serviceActions } from './service-actions.ts';
import { serviceLimits } from './service-limits.ts';

/** What the cases of actions need: places for two more replicas, and a role that is what a variable says. */
const SCALED: Pick<ServiceSpec, 'most' | 'roles'> = {
  most: 4,
  roles: {
    kind: 'command',
    command: ['sh', '-c', 'echo "$NUMBER"'],
    names: ['first-1', 'first-2', 'second-1', 'second-2'],
  },
};

const limits = serviceLimits([
  ['front', 'api'],
  ['api/1', 'z'],
]);

/** Starts a process of its own and ends only when it is killed. */
const PARENT = 'sleep 600 & echo $! > child; exec sleep 600';

function servicesSpec(): EnvironmentSpec {
  const spec = environmentSpec(loadEnvironment('environments/services.yaml', { env: {} }));
  const parent = {
    name: 'parent',
    command: ['sh', '-c', PARENT],
    replicas: 1,
    ports: {},
    env: { NUMBER: '${replica}' },
    files: { 'etc/own.conf': 'in ${data} for ${link.z.1.host}' },
    links: [{ as: 'z', to: 'z' }],
    dependsOn: ['front'],
    readyWithinMs: 20_000,
    here: '/',
  };
  const services = (spec.services ?? []).map((service) =>
    service.name === 'api'
      ? { ...service, ...SCALED, env: { ...service.env, NUMBER: 'first-${replica}' } }
      : service,
  );
  return limits.withLimits({ ...spec, services: [parent, ...services] });
}

const reset = { direction: 'both', mode: 'reset' };
const CASES: [kind: string, options: Record<string, unknown>][] = [
  ['stop', { nodes: 'front' }],
  ['kill', { nodes: ['api@50%', 'parent/1'] }],
  ['pause', { nodes: 'api@all' }],
  ['pause-kill', { nodes: 'api-2', frozenFor: 100 }],
  ['crash-loop', { nodes: 'api/1', lifetime: 400, downtime: 0, jitter: 0 }],
  ['isolate', { nodes: 'api@any', clients: false, mode: 'reset' }],
  ['partition', { between: ['front', 'api/2'], ...reset }],
  ['partition', { between: ['front', 'api'], direction: 'both', mode: 'blackhole' }],
  ['partition', { between: ['api/1', ['z/n1', 'z/n2']], direction: 'forward', mode: 'blackhole' }],
  ['latency', { between: ['api', 'z'], direction: 'both', latency: 40, jitter: 0 }],
  ['latency', { between: ['api/1', 'front'], direction: 'both', latency: 40, jitter: 0 }],
  ['flap', { between: ['front', 'api'], period: 400 }],
  ...limits.cases,
];

describe('services on processes', () => {
  let env: Environment;
  beforeAll(async () => {
    env = await bringUp({ create: (ctx) => new ProcessDriver(ctx), spec: servicesSpec });
  });
  afterAll(async () => {
    const child = childOf(env);
    const folder = folderOf(env);
    await env.takeDown();
    expect(isAlive(child)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('are there, each replica with its own ports, and healthy', async () => {
    const { services } = env.driver;
    const list = services?.list() ?? [];
    expect(list.map(({ address, name }) => `${address} ${name}`)).toEqual([
      'parent/1 parent-1',
      'api/1 api-1',
      'api/2 api-2',
      'front/1 front-1',
      ...(limits.cases.length > 0 ? ['writer/1 writer-1'] : []),
    ]);
    expect(new Set(list.flatMap(({ ports }) => Object.values(ports))).size).toBe(list.length - 1);
    for (const { address } of list) expect(await services?.healthy(address)).toBe(true);
    await expect(services?.healthy('api/5')).rejects.toThrow('there is no replica api/5');
    expect(await env.driver.missing()).toEqual([]);
    expect(await env.driver.bypasses()).toEqual([]);
  });

  it('get their files, with placeholders filled in', () => {
    const folder = join(folderOf(env), 'services', 'parent-1');
    expect(readFileSync(join(folder, 'etc/own.conf'), 'utf8')).toBe(`in ${folder} for 127.0.0.1`);
  });

  it('are killed with all that they have started', async () => {
    const { processes } = env.driver;
    const child = childOf(env);
    expect(isAlive(child)).toBe(true);
    await processes?.kill('parent/1');
    await until(() => Promise.resolve(!isAlive(child)), { timeoutMs: 10_000, what: 'end of the child' });
    expect(await env.driver.missing()).toEqual(['parent/1 is down']);
    await processes?.start('parent/1');
    await whole(env.driver);
  });

  it.each(CASES)('%s %j', async (kind, options) => {
    const fault = faults.find((one) => one.kind === kind)!;
    await proveFault(env, fault, options);
    const healthy = (): Promise<boolean> => env.driver.services?.healthy('front/1') ?? Promise.resolve(false);
    await until(healthy, { timeoutMs: 20_000, what: 'front to be healthy' });
  });

  it('by their role', async () => {
    await proveFault(
      env,
      faults.find(({ kind }) => kind === 'kill')!,
      { nodes: 'api@first-2' },
    );
  });

  serviceActions(
    () => env,
    'api',
    async (replica) => (await env.driver.services?.role(replica)) ?? null,
  );

  it('that end by themselves are exits that nobody asked for', async () => {
    const pid = Number(await env.driver.processes?.incarnation('front/1'));
    process.kill(pid, 'SIGKILL');
    await until(async () => (await env.driver.missing()).includes('front/1 is down'), {
      timeoutMs: 10_000,
      what: 'the end of front',
    });
    const last = (await env.driver.exits()).at(-1);
    expect(last).toMatchObject({ node: 'front/1', signal: 'SIGKILL', asked: null });
    await env.driver.processes?.start('front/1');
    await whole(env.driver);
  });
});

function folderOf(env: Environment): string {
  return env.journal.find(({ op }) => op === 'environment.reap')?.args.folder as string;
}

function childOf(env: Environment): number {
  return Number(readFileSync(join(folderOf(env), 'services', 'parent-1', 'child'), 'utf8'));
}

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
}
