import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Container } from 'dockerode';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { engineAddress } from '../../src/drivers/docker/engine/engine-address.ts';
import { connectEngine, type Engine } from '../../src/drivers/docker/engine/engine.ts';
import { holdPorts } from '../../src/drivers/servers/ports.ts';
import { until } from '../../src/support/deadline.ts';
import { onEngine } from '../support/engine.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { SshServer } from '../support/ssh-server.ts';
import { serverImage } from '../support/user-project.ts';
import { Workbench } from './harness.ts';

const EXPERIMENT = resolve('experiments/partition-recovery.yaml');

describe('clusters on two engines', () => {
  let far: OwnEngine;
  let ssh: SshServer;
  let bench: Workbench;
  beforeAll(async () => {
    far = new OwnEngine({ cable: true });
    await far.start();
    ssh = new SshServer(far.address);
    await ssh.start(far.inside);
  });
  afterAll(async () => {
    ssh.remove();
    await far.remove();
  });
  beforeEach(() => {
    bench = new Workbench();
  });
  afterEach(async () => {
    expect(await far.things()).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
    bench.remove();
  });

  /** The environment that the experiment ships with, each zone on the engine of another machine. */
  const onTwo = (docker: Record<string, string>): string => {
    const file = load(readFileSync('environments/dual-mirror.yaml', 'utf8')) as {
      clusters: Record<string, object>;
    };
    const { qa1a, qa1b } = file.clusters;
    bench.environment({
      ...file,
      clusters: {
        qa1a: { ...qa1a, docker: { address: far.addressOfThisMachine } },
        qa1b: { ...qa1b, docker: { ...docker, address: far.address } },
      },
    });
    return join(bench.folder, 'environments/dual-mirror.yaml');
  };

  it('part and find together again, one of them by ssh: the same verdict, and nothing is left on either', async () => {
    const environment = onTwo({ host: ssh.urlOf(far.host.replace('unix://', '')) });
    const args = ['--environment', environment, '--driver', 'docker', '--free-ports'];
    const run = bench.runIn(ssh.env, EXPERIMENT, ...args);
    const { code, report, timeline } = await run.ends();
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);
    expect(timeline).toMatch(/disconnected qa1b\/js1-qa1b, qa1b\/js2-qa1b, qa1b\/js3-qa1b from \S+-at-qa1b/);
    expect(report.guard.checks).toBeGreaterThan(0);
    expect(report.guard.bypasses).toEqual([]);
    expect(await onEngine(report.runId)).toEqual([]);
  });

  it('are both left empty by the guardian of a runner that dies, one of them by TLS', async () => {
    const environment = onTwo({ host: far.tlsHost, certPath: far.certificates });
    const args = ['--environment', environment, '--driver', 'docker', '--free-ports'];
    const run = bench.run(EXPERIMENT, ...args);
    await run.sees(/starting 6 servers/, 120_000);
    const [name = ''] = readdirSync(join(bench.folder, 'reports'));
    const runId = name.split('-').at(-1) ?? '';
    expect(await onEngine(runId)).not.toEqual([]);
    expect(await far.things()).not.toEqual([]);
    run.child.kill('SIGKILL');
    const log = await until(
      () => {
        const text = readFileSync(join(bench.folder, 'reports', name, 'guardian.log'), 'utf8');
        return Promise.resolve(text.includes(' done\n') ? text : null);
      },
      { timeoutMs: 30_000, what: 'the last word of the guardian' },
    );
    const counts = 'removed 4 containers, 3 networks, 3 volumes at';
    expect(log).toContain(`${counts} ${far.tlsHost}`);
    expect(log).toContain(`${counts} ${engineAddress(process.env).host}`);
    expect(await onEngine(runId)).toEqual([]);
  });

  it('are attached to on both, and the server on the other machine is started again when the runner dies', async () => {
    const here = await connectEngine();
    const there = await far.connect();
    const servers = [
      await startServer(here, 'attached-here', far.addressOfThisMachine),
      await startServer(there, 'attached-there', far.address),
    ];
    try {
      bench.environment({
        name: 'attached',
        title: 'A server on each of two engines',
        attach: { allowFaults: true, docker: {} },
        accounts: { $G: {} },
        clusters: {
          a: { nodes: ['attached-here'] },
          b: { nodes: ['attached-there'], docker: { host: far.host } },
        },
      });
      const file = bench.experiment({
        name: 'attached',
        title: 'The server on the other machine is killed',
        environment: 'attached',
        maxNodesDown: 1,
        steadyState: [
          { kind: 'server-healthy', servers: 'a', equals: 1, within: '10s' },
          { kind: 'server-healthy', servers: 'b', equals: 1, within: '10s' },
        ],
        method: [{ phase: 'dark', faults: [{ kind: 'kill', nodes: 'b/attached-there' }], for: '20s' }],
      });
      const run = bench.run(file);
      await run.sees(/kill b\/attached-there: in force/);
      run.child.kill('SIGKILL');
      const runs = async (): Promise<boolean> => {
        const seen = await there.docker.getContainer('attached-there').inspect();
        return seen.State.Running;
      };
      await until(runs, { timeoutMs: 10_000, what: 'the server to be started again by the guardian' });
    } finally {
      await Promise.all(servers.map((server) => server.remove({ force: true })));
    }
  });

  it('are not taken for two when they are one under two names', async () => {
    const environment = onTwo({ host: far.tlsHost, certPath: far.certificates });
    const args = ['--environment', environment, '--driver', 'docker', '--free-ports'];
    const { code, report } = await bench.runIn({ DOCKER_HOST: far.host }, EXPERIMENT, ...args).ends();
    expect(code).toBe(3);
    expect(report.reasons[0]?.text).toContain(
      `the Docker engines at ${far.host} and ${far.tlsHost} are one and the same`,
    );
  });
});

/** A server that a user runs, on an engine, its ports published. */
async function startServer(engine: Engine, name: string, address: string): Promise<Container> {
  const ports = holdPorts();
  const publish = async () => [{ HostIp: address, HostPort: String(await ports.free()) }];
  const bindings = { '4222/tcp': await publish(), '8222/tcp': await publish() };
  await ports.release();
  const container = await engine.docker.createContainer({
    name,
    Image: await serverImage(engine),
    Cmd: ['--name', name, '-m', '8222'],
    ExposedPorts: { '4222/tcp': {}, '8222/tcp': {} },
    HostConfig: { PortBindings: bindings },
  });
  await container.start();
  return container;
}
