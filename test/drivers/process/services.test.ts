import { existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processCapability } from '../../../src/drivers/process/node-capabilities.ts';
import { missingReplicas } from '../../../src/drivers/process/replicas.ts';
import type { RunningProcesses } from '../../../src/drivers/process/running.ts';
import { replicaProcesses } from '../../../src/drivers/process/start-services.ts';
import { CrashLoops } from '../../../src/drivers/servers/crash-loop.ts';
import { holdPorts } from '../../../src/drivers/servers/ports.ts';
import { layLinks } from '../../../src/drivers/servers/topology.ts';
import { servicesOver } from '../../../src/drivers/services/capability.ts';
import { ReplicaCounts } from '../../../src/drivers/services/counts.ts';
import { placeReplicas } from '../../../src/drivers/services/place.ts';
import { startServices } from '../../../src/drivers/services/start.ts';
import type { Services } from '../../../src/drivers/driver.ts';
import type { EnvironmentSpec, ServiceSpec } from '../../../src/drivers/spec.ts';
import { reap } from '../../../src/drivers/undo/reap.ts';
import { until } from '../../../src/support/deadline.ts';
import { isLeftOut } from '../../support/surroundings/left-out.ts';

/** Answers every request with what it was given. */
const ECHO = `
  const text = [process.argv[1], process.env.GREETING, process.cwd()].join('\\n');
  require('node:http').createServer((_, response) => response.end(text)).listen(process.argv[2], '127.0.0.1');
  console.log('up');
`;

/** Prints its file at its start and whenever it is asked to read it again. */
const READER = `
  const print = () => console.log(require('node:fs').readFileSync('list.txt', 'utf8'));
  process.on('SIGHUP', print);
  print();
  setInterval(() => undefined, 1e6);
`;
/** The first replica leads. */
const ROLE = `
  const role = process.argv[1] === '1' ? 'leader' : 'follower';
  require('node:http').createServer((_, response) => response.end(role + '\\n')).listen(process.argv[2], '127.0.0.1');
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'services-'));
});
afterEach(async () => {
  await reap(folder);
});

function service(name: string, over: Partial<ServiceSpec>): ServiceSpec {
  return {
    name,
    command: [],
    replicas: 1,
    ports: {},
    env: {},
    files: {},
    links: [],
    dependsOn: [],
    readyWithinMs: 20_000,
    here: resolve('environments'),
    ...over,
  };
}

const echo = service('echo', {
  command: [process.execPath, '-e', ECHO, '${replica}', '${port.http}'],
  replicas: 2,
  ports: { http: 'free' },
  env: { GREETING: 'from ${replica} on ${port.http}' },
  files: { 'conf/own.txt': '${data} ${replica}' },
  health: { kind: 'http', port: 'http', path: '/', status: 200 },
});
const front = service('front', {
  command: [process.execPath, '${here}/services/front.mjs'],
  ports: { http: 'free' },
  env: { PORT: '${port.http}', API: '${link.echo}' },
  links: [{ as: 'echo', to: 'echo', port: 'http' }],
  dependsOn: ['echo'],
  health: { kind: 'http', port: 'http', path: '/health', status: 200 },
});

/** Services alone, without servers: every link is direct. */
async function start(
  ...list: ServiceSpec[]
): Promise<{ up: RunningProcesses; services: Services; said: string[] }> {
  const spec = { clusters: [], links: [], services: list, proxied: [] } as unknown as EnvironmentSpec;
  const ports = holdPorts();
  const replicas = await placeReplicas(list, ports, true, { host: '127.0.0.1', folder });
  await ports.release();
  const links = layLinks(spec, [], replicas);
  const up = {
    folder,
    nodes: [],
    links,
    replicas,
    counts: new ReplicaCounts(list),
    servers: new Map(),
    configs: new Map(),
  } as unknown as RunningProcesses;
  const said: string[] = [];
  const { signal } = new AbortController();
  const processes = replicaProcesses(
    () => up,
    () => undefined,
    { logFolder: join(folder, 'logs'), signal },
  );
  await startServices(list, processes, (text) => said.push(text));
  return { up, services: servicesOver(processes), said };
}

function servedBy(up: RunningProcesses, address: string) {
  const server = up.servers.get(address);
  if (server === undefined) throw new RangeError(address);
  return server;
}

describe('services as processes', () => {
  it('start in their order, each replica with its own port, folder, files and variables', async () => {
    const { services, said } = await start(front, echo);
    expect(said).toEqual(['starting echo (2)', 'starting front (1)']);
    for (const { address, name, service: of, ports } of services.list()) {
      expect(await services.healthy(address)).toBe(true);
      if (of !== 'echo') continue;
      const [, number = ''] = address.split('/');
      const own = join(folder, 'services', name);
      const port = ports['http']?.split(':')[1];
      const answer = await (await fetch(`http://${ports['http']}/`)).text();
      expect(answer).toBe([number, `from ${number} on ${port}`, own].join('\n'));
      expect(readFileSync(join(own, 'conf/own.txt'), 'utf8')).toBe(`${own} ${number}`);
      expect(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')).toBe('up\n');
    }
    await reap(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('are stopped, killed, paused and started like servers, and a service feels the loss of another', async () => {
    const { up, services } = await start(echo, front);
    const loops = new CrashLoops();
    const processes = processCapability(() => up, loops);
    const becomes = (address: string, healthy: boolean) =>
      until(async () => (await services.healthy(address)) === healthy, {
        timeoutMs: 20_000,
        what: `${address} to be ${healthy ? 'healthy' : 'unhealthy'}`,
      });
    await processes.kill('echo/1');
    expect(missingReplicas(up)).toEqual(['echo/1 is down']);
    expect(missingReplicas(up, new Set(['echo/1']))).toEqual([]);
    await becomes('front/1', true);
    await processes.pause('echo/2');
    expect(await services.healthy('echo/2')).toBe(false);
    await becomes('front/1', false);
    await processes.resume('echo/2');
    await processes.start('echo/1');
    for (const address of ['echo/1', 'echo/2', 'front/1']) await becomes(address, true);

    const first = await processes.incarnation('echo/1');
    await processes.crashLoop('echo/1', { downMs: () => 0, upMs: () => 50 });
    await until(async () => ![first, null].includes(await processes.incarnation('echo/1')), {
      timeoutMs: 20_000,
      what: 'another start of echo/1',
    });
    await processes.settle('echo/1');
    await becomes('echo/1', true);
    expect(missingReplicas(up)).toEqual([]);
    const exits = [...up.servers.values()].flatMap((one) => one.exits);
    expect(new Set(exits.map(({ asked }) => asked))).toEqual(new Set(['kill']));
  });

  it('are scaled up and down, in places that they have from the start, and who is linked to them hears of it', async () => {
    const reader = service('reader', {
      command: [process.execPath, '-e', READER],
      files: { 'list.txt': '${each.echo:[*]}' },
      links: [{ as: 'echo', to: 'echo', port: 'http' }],
      dependsOn: ['echo'],
      reloadSignal: 'SIGHUP',
      env: { AT_FIRST: '${link.echo}' },
    });
    const { up, services } = await start({ ...echo, most: 4 }, reader);
    const addresses = () =>
      services.list().flatMap(({ address, service: of }) => (of === 'echo' ? [address] : []));
    const portOf = (address: string) =>
      up.replicas.find((one) => one.address === address)?.ports['http'] ?? 'none';
    const hears = async (...replicas: string[]) => {
      const list = replicas.map((one) => `[${portOf(one)}]`).join('');
      await until(
        () => Promise.resolve(readFileSync(join(folder, 'logs/reader-1.log'), 'utf8').endsWith(`${list}\n`)),
        { timeoutMs: 20_000, what: `reader to hear of ${list}` },
      );
    };
    await hears('echo/1', 'echo/2');
    await services.scale('echo', 4);
    expect(addresses()).toEqual(['echo/1', 'echo/2', 'echo/3', 'echo/4']);
    expect(await services.healthy('echo/4')).toBe(true);
    await hears('echo/1', 'echo/2', 'echo/3', 'echo/4');
    await services.scale('echo', 1);
    expect(addresses()).toEqual(['echo/1']);
    await hears('echo/1');
    expect(['echo/2', 'echo/3', 'echo/4'].map((one) => up.servers.get(one)?.state())).toEqual([
      'down',
      'down',
      'down',
    ]);
    expect(missingReplicas(up)).toEqual([]);
    expect(up.servers.get('echo/3')?.exits).toMatchObject([{ asked: 'stop' }]);
    await services.scale('echo', 2);
    expect(await services.healthy('echo/2')).toBe(true);
    await expect(services.scale('echo', 5)).rejects.toThrow('echo has places for 4 replicas, not for 5');
  });

  it('are updated one by one, and a replica that is added later is like them', async () => {
    const { services } = await start({ ...echo, most: 3 });
    const answerOf = async (address: string) => {
      const replica = services.list().find((one) => one.address === address);
      await until(() => services.healthy(address), { timeoutMs: 20_000, what: address });
      return (await (await fetch(`http://${replica?.ports['http']}/`)).text()).split('\n')[1];
    };
    await services.update('echo/1', { env: { GREETING: 'new ${replica}' } });
    expect(await answerOf('echo/1')).toBe('new 1');
    expect(await answerOf('echo/2')).toMatch(/^from 2 on/);
    await services.update('echo/2', { env: { GREETING: 'new ${replica}' } });
    await services.scale('echo', 3);
    expect(await answerOf('echo/3')).toBe('new 3');
    await expect(services.update('echo/1', { image: 'echo:2' })).rejects.toThrow(
      'image would change nothing of echo/1 by this driver; expected command or env too',
    );
    expect(await services.healthy('echo/1')).toBe(true);
  });

  it('say their roles', async () => {
    const names = ['leader', 'follower'];
    const http = {
      ...echo,
      env: { GREETING: '' },
      command: [process.execPath, '-e', ROLE, '${replica}', '${port.http}'],
      roles: { kind: 'http' as const, port: 'http', path: '/', names },
    };
    const command = service('command', {
      command: ['sleep', '600'],
      replicas: 3,
      env: { NUMBER: '${replica}' },
      roles: {
        kind: 'command',
        command: ['sh', '-c', 'test "$NUMBER" -lt 3 && echo follower || echo "${replica}"'],
        names,
      },
    });
    const { services } = await start(http, command, service('none', { command: ['sleep', '600'] }));
    expect(await services.role('echo/1')).toBe('leader');
    expect(await services.role('echo/2')).toBe('follower');
    expect(await services.role('command/1')).toBe('follower');
    expect(await services.role('command/3')).toBe(null);
    await expect(services.role('none/1')).rejects.toThrow('the replicas of none have no roles');
  });

  it.skipIf(isLeftOut('redis'))('say their roles as Redis does, and none when they are down', async () => {
    const server = ['redis-server', '--port', '${port.main}', '--dir', '${data}', '--save', ''];
    const redis = service('redis', {
      command: [
        'sh',
        '-c',
        'test "$0" = 1 && exec "$@" || exec "$@" --replicaof ${link.redis.1.host} ${link.redis.1.port}',
        '${replica}',
        ...server,
        '--requirepass',
        'open',
        '--masterauth',
        'open',
      ],
      replicas: 2,
      ports: { main: 'free' },
      links: [{ as: 'redis', to: 'redis', port: 'main' }],
      roles: { kind: 'redis', port: 'main', password: 'open', names: ['master', 'replica'] },
      health: { kind: 'tcp', port: 'main' },
    });
    const { up, services } = await start(redis);
    const roles = () => Promise.all(['redis/1', 'redis/2'].map((one) => services.role(one)));
    expect(await roles()).toEqual(['master', 'replica']);
    await servedBy(up, 'redis/2').stop();
    expect(await roles()).toEqual(['master', null]);
  });

  it('that do not start are errors with their last words, or with what was waited for', async () => {
    const failing = service('failing', { command: ['sh', '-c', 'echo no luck; exit 3'] });
    await expect(
      start({ ...failing, ports: { http: 'free' }, health: { kind: 'tcp', port: 'http' } }),
    ).rejects.toThrow('the service failing/1 did not start: it exited with 3, saying: no luck');
    const late = service('late', {
      command: ['sleep', '600'],
      ports: { http: 'free' },
      readyWithinMs: 200,
      health: { kind: 'tcp', port: 'http' },
    });
    await expect(start(late)).rejects.toThrow(/^the service late\/1 to be healthy: not within 200 ms/);
    const checked = service('checked', {
      command: ['sleep', '600'],
      files: { ready: 'yes' },
      env: { WANTED: '${data}/ready' },
      health: { kind: 'command', command: ['sh', '-c', 'test -f "$WANTED" && test -f ready'] },
    });
    await start(checked);
  });
});
