import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planAll } from '../../src/cli/run/plan-all.ts';
import { touchesQueue } from '../../src/cli/worker/touches-queue.ts';
import { AttachedContainersDriver } from '../../src/drivers/docker/attached/attached-containers-driver.ts';
import { Queue } from '../../src/nats/queue/queue.ts';
import { until } from '../../src/support/deadline.ts';
import { bringUp } from '../conformance/bring-up.ts';
import { startNatsServer } from '../support/nats-server.ts';
import { startUserProject, type ContainerState, type UserProject } from '../support/user-project.ts';
import { smallExperiment, Workbench, type ProgramRun } from './harness.ts';

let user: UserProject;
let bench: Workbench;
beforeAll(async () => {
  user = await startUserProject();
});
afterAll(() => user.takeDown());
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await user.disturbed()).toEqual([]);
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const readOnly = () => ({ docker: { project: user.project } });
const allowed = () => ({ allowFaults: true, ...readOnly() });

/** Both zones serve their clients; how long mirrors take to follow is no matter here. */
const steadyState = ['qa1a', 'qa1b'].map((servers) => ({
  kind: 'server-healthy',
  servers,
  equals: 3,
  within: '60s',
}));

const reading = (): Record<string, unknown> =>
  smallExperiment({
    name: 'reading',
    environment: 'found',
    workloads: {},
    steadyState,
    method: [{ phase: 'look', for: '1s', expect: [{ kind: 'server-healthy', servers: 'qa1a', equals: 3 }] }],
    checks: [],
  });

const working = (method: Record<string, unknown>[]): Record<string, unknown> =>
  smallExperiment({
    environment: 'found',
    maxNodesDown: 2,
    workloads: {
      publisher: { kind: 'publish', stream: 'qa1a/qa', subject: 'events.qa.qa1a.x', rate: '50/s' },
      worker: { kind: 'consume', consumer: 'qa1a/qa/consumer-qa1a' },
    },
    steadyState,
    method,
    checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
  });

/** As they were found; a container that was started again began later. */
const alike = (looks: Record<string, ContainerState>) =>
  Object.fromEntries(Object.entries(looks).map(([name, look]) => [name, { ...look, startedAt: '' }]));

const journalOf = (folder: string): string => readFileSync(join(folder, 'journal.ndjson'), 'utf8');

it('a worker knows the containers that are the queue of its own fleet, by whatever address', async () => {
  bench.environment(user.file(readOnly()));
  const [planned] = planAll([bench.experiment(reading())], {}, () => undefined);
  const own = await Queue.open({ servers: ['localhost:16223'], user: 'app', pass: 'app' }, 'worker');
  const other = await startNatsServer();
  const elsewhere = await Queue.open({ servers: [other.address] }, 'worker');
  expect(await touchesQueue(planned!.plan, own)).toBe(true);
  expect(await touchesQueue(planned!.plan, elsewhere)).toBe(false);
  await Promise.all([own.close(), elsewhere.close()]);
  await other.dispose();
});

it('a run that only reads passes on containers that somebody else runs, and leaves no trace', async () => {
  // By the names of containers alone, and by other names than those of the nodes.
  const file = user.file({ docker: {} });
  const before = await user.inspect();
  for (const cluster of Object.values(file.clusters as Record<string, Record<string, unknown>>)) {
    const nodes = cluster.nodes as string[];
    cluster.containers = Object.fromEntries(nodes.map((node) => [node, before[node]?.name]));
  }
  bench.environment(file);
  const { code, report, timeline, folder } = await bench.run(bench.experiment(reading())).ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report.driver).toBe('attached-docker');
  expect(timeline).toMatch(/attached to 6 containers; read-only: nothing is written or disturbed/);
  expect(report.topology.clusters[0]?.nodes[0]?.client).toBe('127.0.0.1:16222');
  expect(await user.inspect()).toEqual(before);
  expect(journalOf(folder)).toBe('');
});

it('pauses, kills, isolates and silently parts containers, proves it, and leaves them as they were', async () => {
  bench.environment(user.file(allowed()));
  const faulty = (phase: string, fault: Record<string, unknown>) => [
    { phase, faults: [fault], for: '1s' },
    { phase: `after-${phase}`, until: 'steady', within: '3m' },
  ];
  const file = bench.experiment(
    working([
      ...faulty('frozen', { kind: 'pause', nodes: 'qa1a/js2-qa1a' }),
      // Two of three at once: they would get one another's addresses, and must not keep them.
      ...faulty('dead', { kind: 'kill', nodes: ['qa1b/js1-qa1b', 'qa1b/js3-qa1b'] }),
      // Their own network is shared with the third, so packets are refused.
      ...faulty('alone', { kind: 'isolate', nodes: 'qa1b/js3-qa1b' }),
      ...faulty('silent', { kind: 'partition', between: ['qa1a', 'qa1b'], mode: 'blackhole' }),
    ]),
  );
  const before = await user.inspect();
  const run = bench.run(file);
  const { code, report, timeline } = await run.ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report.faults.map(({ inForce, removed }) => [inForce?.proven, removed?.proven])).toEqual(
    Array(4).fill([true, true]),
  );
  expect(timeline).toMatch(
    /isolation of qa1b\/js3-qa1b: injecting[^]*packets between \d+ pairs of containers are refused/,
  );
  expect(timeline).toMatch(
    /\(blackhole\) between qa1a and qa1b: injecting[^]*packets between 9 pairs of containers are dropped/,
  );
  expect(report.guard).toMatchObject({ bypasses: [] });
  const after = await user.inspect();
  expect(alike(after)).toEqual(alike(before));
  const restarted = Object.keys(after).filter((name) => after[name]?.startedAt !== before[name]?.startedAt);
  expect(restarted).toEqual(['js1-qa1b', 'js3-qa1b']);
  expect(await rulesOf(user)).toEqual([]);
});

it("nodes that came back with one another's addresses get their own, whoever notices at the same moment", async () => {
  bench.environment(user.file(allowed()));
  const [planned] = planAll([bench.experiment(working([{ phase: 'none', for: '1s' }]))], {});
  const found = await bringUp({
    create: (ctx) => new AttachedContainersDriver('attached-docker', ctx),
    spec: () => planned!.plan.spec,
  });
  const before = await user.inspect();
  const name = `${user.project}_qa1b`;
  const network = user.engine.docker.getNetwork(name);
  const both = ['js1-qa1b', 'js2-qa1b'].map((service) => before[service]!);
  const [low, high] = both.sort((a, b) => a.networks[name]!.address.localeCompare(b.networks[name]!.address));
  for (const one of [low!, high!]) await network.disconnect({ Container: one.id, Force: true });
  // The engine gives the lowest address that is free.
  for (const one of [high!, low!]) await network.connect({ Container: one.id });
  const noticing: Promise<void>[] = [];
  for (const node of ['js1-qa1b', 'js2-qa1b', 'js1-qa1b', 'js2-qa1b', 'js1-qa1b', 'js2-qa1b']) {
    noticing.push(found.driver.processes!.start(`qa1b/${node}`));
    // Each a moment after the other, while that one is at it.
    await network.inspect();
  }
  await Promise.all(noticing);
  expect(alike(await user.inspect())).toEqual(alike(before));
  await found.takeDown();
});

describe('without root', () => {
  /** Files and the engine's socket are reached all the same, wherever they are: but no namespace is entered. */
  const caps = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...caps];
  const run = (method: Record<string, unknown>[]) =>
    bench.runBehind(asNobody, { HOME: bench.temp }, bench.experiment(working(method)));

  it('the engine parts two zones by disconnecting one, proves it, and connects it again', async () => {
    bench.environment(user.file(allowed()));
    const before = await user.inspect();
    const parting = { kind: 'partition', between: ['qa1a', 'qa1b'] };
    const method = [
      { phase: 'parted', faults: [parting], for: '1s' },
      { phase: 'together', until: 'steady', within: '3m' },
    ];
    const { code, report, timeline } = await run(method).ends();
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);
    expect(report.faults).toMatchObject([{ inForce: { proven: true }, removed: { proven: true } }]);
    expect(timeline).toMatch(/disconnected qa1b\/js1-qa1b, [^]*waiting for the servers to notice/);
    expect(await user.inspect()).toEqual(before);
  });

  it('what only root could cut is refused before anything is touched', async () => {
    bench.environment(user.file(allowed()));
    const before = await user.inspect();
    const { code, report, timeline } = await run([
      { phase: 'dead', faults: [{ kind: 'kill', nodes: 'qa1a/js1-qa1a' }], for: '1s' },
      { phase: 'alone', faults: [{ kind: 'isolate', nodes: 'qa1b/js3-qa1b' }], for: '1s' },
    ]).ends();
    expect(code, timeline).toBe(3);
    expect(report.reasons[0]?.text).toMatch(
      /^isolation of qa1b\/js3-qa1b cannot be done here: the engine cannot cut these links .*_qa1b is not internal.*the runner is not root.*; run as root on the engine's machine/,
    );
    expect(report.faults).toEqual([]);
    expect(await user.inspect()).toEqual(before);
  });
});

describe('a runner that dies while containers are disturbed', () => {
  const method = [
    {
      phase: 'disturbed',
      faults: [
        { kind: 'partition', between: ['qa1a', 'qa1b'] },
        { kind: 'pause', nodes: 'qa1a/js1-qa1a' },
        { kind: 'stop', nodes: 'qa1b/js2-qa1b' },
      ],
      for: '60s',
    },
  ];

  /** @returns the folder of the dead run */
  const killWhileDisturbed = async (run: ProgramRun, guardianToo: boolean): Promise<string> => {
    // The network between the zones joins nothing else, so the engine disconnects one side.
    await run.sees(/the engine has disconnected qa1b\/js1-qa1b, .* from user-\d+_between/);
    await run.sees(/partition between qa1a and qa1b: in force/);
    await run.sees(/stop qa1b\/js2-qa1b: in force/);
    expect((await user.disturbed()).sort()).toEqual(['js1-qa1a', 'js1-qa1b', 'js2-qa1b', 'js3-qa1b']);
    const out = join(bench.folder, 'reports');
    const folder = join(out, readdirSync(out)[0] ?? '');
    const dead = new Promise((resolve) => run.child.once('exit', resolve));
    if (guardianToo) await run.diesWith([guardianOf(folder)]);
    else run.child.kill('SIGKILL');
    await dead;
    return folder;
  };

  it('has a guardian that leaves them as they were found', async () => {
    bench.environment(user.file(allowed()));
    const before = await user.inspect();
    const folder = await killWhileDisturbed(bench.run(bench.experiment(working(method))), false);
    await until(async () => (await user.disturbed()).length === 0, {
      timeoutMs: 30_000,
      what: 'all restored',
    });
    await until(() => Promise.resolve(/ done$/m.test(readFileSync(join(folder, 'guardian.log'), 'utf8'))), {
      timeoutMs: 30_000,
      what: 'the guardian to be done',
    });
    expect(alike(await user.inspect())).toEqual(alike(before));
    expect(readFileSync(join(folder, 'guardian.log'), 'utf8')).toMatch(
      /let qa1a\/js1-qa1a go on; connected .* to user-\d+_between; .*started qa1b\/js2-qa1b/,
    );
  });

  it('and when the guardian is dead too, recover does', async () => {
    bench.environment(user.file(allowed()));
    const before = await user.inspect();
    const folder = await killWhileDisturbed(bench.run(bench.experiment(working(method))), true);
    const recover = () =>
      spawnSync(process.execPath, [resolve('dist/cli/main.js'), 'recover', '--out', join(folder, '..')], {
        encoding: 'utf8',
        env: { ...process.env, TMPDIR: bench.temp },
      });
    const { status, stdout } = recover();
    expect(stdout).toMatch(/let qa1a\/js1-qa1a go on; connected .*; started qa1b\/js2-qa1b/);
    expect(status).toBe(0);
    expect(alike(await user.inspect())).toEqual(alike(before));
    expect(recover().stdout).toMatch(/nothing to recover/);
  });
});

it('says what is not as the file says, all of it at once, and touches nothing', async () => {
  const file = user.file(allowed());
  const clusters = file.clusters as Record<string, Record<string, unknown>>;
  clusters.qa1a = {
    nodes: ['js1-qa1a', 'js2-qa1a', 'js4-qa1a'],
    containers: { 'js2-qa1a': 'js3-qa1a' },
    ports: { client: 16300 },
  };
  bench.environment(file);
  const { code, report } = await bench.run(bench.experiment(reading())).ends();
  expect(code).toBe(3);
  const said = report.reasons[0]?.text ?? '';
  expect(said).toMatch(
    /qa1a\/js4-qa1a: the project user-\d+ has no container or service "js4-qa1a"; there are js1-qa1a, /,
  );
  expect(said).toMatch(/qa1a\/js1-qa1a publishes its client port on 16222, and not on 16300/);
  bench.environment(user.file({ docker: { project: 'nobodys' } }));
  const nobody = await bench.run(bench.experiment(reading())).ends();
  expect(nobody.report.reasons[0]?.text).toMatch(
    /no container belongs to the compose project nobodys; there are user-\d+/,
  );
});

function guardianOf(folder: string): number {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' });
  const line = stdout.split('\n').find((one) => one.includes('guardian.js') && one.includes(folder));
  return Number(line?.trim().split(/\s+/)[0]);
}

/** Rules that are left in the containers' network namespaces. */
async function rulesOf({ engine, ...project }: UserProject): Promise<string[]> {
  const rules = await Promise.all(
    Object.values(await project.inspect()).map(async ({ id }) => {
      const { State: state } = await engine.docker.getContainer(id).inspect();
      const { stdout } = spawnSync('nsenter', ['-t', String(state.Pid), '-n', 'iptables', '-S'], {
        encoding: 'utf8',
      });
      return stdout.split('\n').filter((line) => line.startsWith('-A'));
    }),
  );
  return rules.flat();
}
