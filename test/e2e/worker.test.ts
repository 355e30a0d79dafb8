import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { unpackReport } from '../../src/cli/fleet/report-archive.ts';
import { planAll } from '../../src/cli/run/plan-all.ts';
import { packBundle } from '../../src/fleet/bundle.ts';
import { needsOf } from '../../src/fleet/needs.ts';
import type { RunRequest } from '../../src/fleet/run-request.ts';
import type { FleetResult } from '../../src/fleet/state.ts';
import { ensureAssets } from '../../src/nats/queue/assets.ts';
import { Queue } from '../../src/nats/queue/queue.ts';
import { requirementsOf } from '../../src/plan/requirements.ts';
import { sourceDigest } from '../../src/plan/source-digest.ts';
import { until } from '../../src/support/deadline.ts';
import { startNatsCluster, type TestCluster } from '../support/nats-cluster.ts';
import { smallEnvironment, smallExperiment, soonAgain, Workbench } from './harness.ts';

const PROGRAM = resolve('dist/cli/main.js');
const SUITE = 'fee1900d';

let cluster: TestCluster;
let queue: Queue;
let bench: Workbench;
let workers: ChildProcess[] = [];
let said = '';

beforeAll(async () => {
  cluster = await startNatsCluster();
  queue = await Queue.open({ servers: cluster.addresses }, 'test');
  await ensureAssets(queue);
});
afterAll(async () => {
  await queue.close();
  await cluster.dispose();
});
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment(soonAgain)).file);
});
afterEach(async () => {
  for (const child of workers)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  for (const child of workers)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  workers = [];
  await queue.control.resume();
  await queue.runs.withdraw({ suite: '*' });
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

function chaos(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: {
      ...process.env,
      TMPDIR: bench.temp,
      NO_COLOR: '1',
      NATS_CHAOS_QUEUE: cluster.addresses.join(','),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  return child;
}

function worker(args: string[] = ['--allow-driver', 'process'], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = chaos(['worker', '--out', join(bench.folder, 'worker'), ...args], env);
  workers.push(child);
  return child;
}

/** Queues an experiment of the bench. @returns the name of the run */
async function ask(experiment: Record<string, unknown>, over: Partial<RunRequest> = {}): Promise<string> {
  const file = bench.experiment(experiment);
  const [planned] = planAll([file], {}, () => undefined);
  const hash = await queue.control.addNeeds(needsOf(requirementsOf(planned!.plan)));
  await queue.runs.ensureConsumer(hash);
  const environment = readFileSync(join(bench.folder, 'environments/small.yaml'), 'utf8');
  const path = `experiments/${basename(file)}`;
  const files = { [path]: readFileSync(file, 'utf8'), 'environments/small.yaml': environment };
  const { sha256, content } = packBundle({ files });
  await queue.bundles.putOnce(sha256, content);
  const name = String(experiment.name);
  await queue.runs.submit(
    {
      schemaVersion: 1,
      suite: SUITE,
      run: name,
      asker: 'test@here',
      experiment: { name, path, digest: sourceDigest(planned!.plan) },
      bundle: sha256,
      seed: 7,
      timeoutMs: 120_000,
      ...over,
    },
    hash,
  );
  return name;
}

function resultOf(run: string): Promise<FleetResult> {
  const look = async (): Promise<FleetResult | null> =>
    (await queue.states.result({ suite: SUITE, run }))?.value ?? null;
  return until(look, { timeoutMs: 280_000, everyMs: 200, what: `the result of ${run}` }).catch(
    (thrown: unknown) => {
      throw new Error(`${String(thrown)}\n${said}`);
    },
  );
}

const slow = (name: string) =>
  smallExperiment({
    name,
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method: [
      { phase: 'down', faults: [{ kind: 'pause', nodes: 'c/s@follower' }], for: '6s' },
      { phase: 'back', until: 'steady', within: '30s' },
    ],
  });

/** Waits until the fault of a run is in force on some worker. */
function inForce(run: string): Promise<unknown> {
  const logs = (): string[] =>
    !existsSync(join(bench.folder, 'worker'))
      ? []
      : readdirSync(join(bench.folder, 'worker'), { recursive: true, encoding: 'utf8' }).filter(
          (path) => path.includes(`.${run}.`) && path.endsWith('runner.log'),
        );
  const look = (): boolean =>
    logs().some((path) => {
      const file = join(bench.folder, 'worker', path);
      return existsSync(file) && readFileSync(file, 'utf8').includes('in force');
    });
  return until(() => Promise.resolve(look()), { timeoutMs: 120_000, what: 'the fault' }).catch(
    (thrown: unknown) => {
      throw new Error(`${String(thrown)}\n${said}`);
    },
  );
}

it('carries out what it is started to allow, tells the rest, and its secrets do not leave it', async () => {
  const secrets = join(bench.folder, 'secrets.env');
  writeFileSync(secrets, 'APP_PASSWORD=hunter2-hunter2\n');
  process.env.APP_PASSWORD = 'another-one-of-the-asker';
  await ask(smallExperiment({ name: 'quick', title: 'With ${APP_PASSWORD} in it' }));
  const command = { kind: 'command', argv: ['true'], is: 'expected' };
  await ask(smallExperiment({ name: 'commands', steadyState: [command] }));
  await ask(smallExperiment({ name: 'attached' }), { driver: 'docker' });
  await ask(smallExperiment({ name: 'digest' }), {
    experiment: { name: 'digest', path: 'experiments/digest.yaml', digest: '0'.repeat(16) },
  });
  process.env.CHAOS_TEST_HOST_SECRET = 'not-yours';
  await ask(smallExperiment({ name: 'thief', title: 'Reads ${CHAOS_TEST_HOST_SECRET}' }));
  worker(['--allow-driver', 'process', '--slots', '2', '--idle', '10s', '--secrets', secrets]);
  const quick = await resultOf('quick');
  expect(quick).toMatchObject({ event: { verdict: 'pass' }, left: [], attempt: 1 });
  const archive = join(bench.folder, 'report.tar.gz');
  const { object, sha256, bytes, folder } = quick.report!;
  await queue.reports.getFile(object, archive, { sha256, bytes });
  expect(createHash('sha256').update(readFileSync(archive)).digest('hex')).toBe(sha256);
  const report = await unpackReport(archive, join(bench.folder, 'got'), folder);
  const texts = readdirSync(report, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect(texts.some((text) => text.includes('With *** in it'))).toBe(true);
  expect(texts.filter((text) => text.includes('hunter2'))).toEqual([]);

  expect((await resultOf('attached')).error).toContain('this worker does not allow the driver docker');
  expect((await resultOf('digest')).error).toContain('is another here');
  const thief = await resultOf('thief');
  expect(thief.error).toContain('CHAOS_TEST_HOST_SECRET is not set');
  expect(JSON.stringify(thief)).not.toContain('not-yours');
  for (const child of workers) if (child.exitCode === null) await once(child, 'exit');
  expect(workers[0]?.exitCode).toBe(0);
  // The folder of the worker itself, with nothing in it.
  expect(readdirSync(join(bench.folder, 'worker'), { recursive: true })).toHaveLength(1);
  // Nobody here may do it: it waits, and whoever asked sees what is missing.
  expect(await queue.states.result({ suite: SUITE, run: 'commands' })).toBeNull();
  expect(await queue.states.workers()).toEqual([]);
});

it('undoes and gives back what it is stopped in, or halted in; another one carries it out', async () => {
  await ask(slow('given-back'));
  const first = worker();
  await inForce('given-back');
  first.kill('SIGTERM');
  await once(first, 'exit');
  expect(first.exitCode).toBe(0);
  expect(await bench.leftovers()).toEqual([]);
  expect((await queue.states.run({ suite: SUITE, run: 'given-back' }))?.value).toMatchObject({
    state: 'waiting',
    lost: 0,
  });

  const second = worker();
  const running = (): Promise<boolean> =>
    queue.states
      .run({ suite: SUITE, run: 'given-back' })
      .then((kept) => kept?.value?.state === 'running' && kept.value.attempt > 1);
  await until(running, { timeoutMs: 60_000, what: 'the second attempt' });
  expect((await once(chaos(['halt', '--reason', 'a drill']), 'exit'))[0]).toBe(0);
  await until(() => running().then((yes) => !yes), { timeoutMs: 60_000, what: 'the halt' });
  // The worker itself stays.
  const own = `process ${second.pid} did not end`;
  expect((await bench.leftovers()).filter((one) => one !== own)).toEqual([]);
  expect(await queue.states.result({ suite: SUITE, run: 'given-back' })).toBeNull();
  expect((await once(chaos(['resume']), 'exit'))[0]).toBe(0);
  expect(await resultOf('given-back')).toMatchObject({ event: { verdict: 'pass' }, attempt: 3 });
});

it('loses nothing when it is killed: its guardian undoes, its lease runs out, another one carries it out', async () => {
  await ask(slow('killed'));
  const first = worker();
  await inForce('killed');
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(await bench.leftovers()).toEqual([]);
  await cluster.kill(1);
  worker();
  const result = await resultOf('killed');
  expect(result.event?.verdict).toBe('pass');
  expect(result.attempt).toBeGreaterThan(1);
  await cluster.start(1);
});
