import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leftOf } from '../../src/drivers/undo/reap.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { until } from '../../src/support/deadline.ts';
import { seededRandom } from '../../src/support/random.ts';
import { startNatsCluster, type TestCluster } from '../support/nats-cluster.ts';
import { Fleet, tinyEnvironment, tinyExperiment, unpacked, Wire, type Going } from './fleet-parts.ts';
import { Workbench } from './harness.ts';

const REPEATS = 8;

let bench: Workbench;
let queue: TestCluster;
let fleet: Fleet;

beforeEach(async () => {
  bench = new Workbench();
  bench.environment(tinyEnvironment);
  queue = await startNatsCluster();
  fleet = new Fleet(bench, queue);
});
afterEach(async () => {
  await fleet.dispose();
  await queue.dispose();
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

function ended(): number {
  return fleet.theMatrix().state.runs.filter(({ result }) => result !== undefined).length;
}

async function moreThan(count: number, of: () => number, what: string): Promise<void> {
  await until(() => Promise.resolve(of() > count), { timeoutMs: 180_000, everyMs: 20, what });
}

async function dies(one: Going): Promise<void> {
  one.child.kill('SIGKILL');
  await one.ends;
}

it('reports every run once, whoever of workers, servers of the queue and asker is killed', async () => {
  const random = seededRandom(19);
  const file = bench.experiment(tinyExperiment('tiny', '1s'));
  const options = ['--run-timeout', '3m'];
  const first = fleet.matrix([file, '--repeat', String(REPEATS), '--seed', '1', ...options]);
  // It is said at once that nobody is there, and the runs wait.
  await first.says(/there is no worker on this queue/);
  const workers = [await fleet.worker(), await fleet.worker()];
  await first.says(/run 1: begun by/);
  // A worker in the middle of a run.
  await moreThan(0, () => fleet.unfinished().length, 'a run under way');
  await new Promise((resolve) => setTimeout(resolve, random.next() * 4_000));
  const [victim] = workers.splice(Math.floor(random.next() * 2), 1);
  await dies(victim!);
  workers.push(await fleet.worker());
  // A server of the queue, for as long as it pleases.
  const node = Math.floor(random.next() * 3);
  await queue.kill(node);
  // The one who asked; what ends meanwhile waits for it.
  await moreThan(0, ended, 'a result');
  await dies(first);
  await new Promise((resolve) => setTimeout(resolve, random.next() * 4_000));
  await queue.start(node);

  const second = fleet.matrix(['--resume', ...options]);
  await moreThan(2, ended, 'results after it was resumed');
  // Its lease runs out, and another worker begins it again.
  await second.says(/lost with \S+ on \S+; begun again by/);
  second.child.kill('SIGINT');
  expect(await second.ends, second.said).toBe(130);
  expect(fleet.theMatrix().state.interrupted).toBe('SIGINT');
  await until(() => Promise.resolve(fleet.unfinished().length === 0), {
    timeoutMs: 90_000,
    what: 'what was under way to be undone',
  });

  const third = fleet.matrix(['--resume', ...options]);
  const code = await third.ends;
  expect(code, [first, second, third].map(({ said }) => said).join('\n=====\n')).toBe(0);

  const { folder, state } = fleet.theMatrix();
  expect(state.runs.map(({ result }) => result?.verdict)).toEqual(Array(REPEATS).fill('pass'));
  const reports = readdirSync(join(folder, 'runs')).filter((name) => !name.startsWith('.'));
  expect(reports.sort()).toEqual(state.runs.map(({ result }) => result?.folder?.replace('runs/', '')).sort());
  const seeds = reports.map(
    (name) => (JSON.parse(readFileSync(join(folder, 'runs', name, 'report.json'), 'utf8')) as SavedRun).seed,
  );
  expect(seeds.sort((a, b) => a - b)).toEqual(state.runs.map(({ seed }) => seed));
  await isEmpty();
  for (const worker of workers) worker.child.kill('SIGTERM');
  expect(await Promise.all(workers.map(({ ends }) => ends))).toEqual([0, 0]);
  expect(fleet.unfinished()).toEqual([]);
}, 600_000);

it('lets no secret travel, refuses what its workers may not do, and halts with every fault undone', async () => {
  const secret = `geheim-${randomUUID()}`;
  const secrets = join(bench.folder, 'worker.secrets');
  writeFileSync(secrets, `FLEET_CANARY=${secret}\n`, { mode: 0o600 });
  bench.environment({
    ...tinyEnvironment,
    secrets: { APP: '${FLEET_CANARY}' },
    accounts: { APP: { jetstream: true, users: { app: { password: '${secrets.APP}' } } } },
    streams: { 'c/s': { account: 'APP', subjects: ['s.>'], replicas: 1 } },
  });
  // A worker does not make a queue.
  const made = fleet.start(['resume']);
  expect(await made.ends, made.said).toBe(0);
  const worker = await fleet.worker('--secrets', secrets);
  const wire = await Wire.of(queue);
  // The asker has one of its own, which the worker does not get either.
  const own = { FLEET_CANARY: `eigen-${randomUUID()}` };
  const files = [
    bench.experiment(tinyExperiment('paused', '8s')),
    bench.experiment({
      ...tinyExperiment('commands', '1s'),
      steadyState: [{ kind: 'command', argv: ['true'], is: 'expected', within: '20s' }],
    }),
  ];
  const asker = fleet.matrix([...files, '--seed', '1', '--run-timeout', '3m'], own);
  await asker.says(/no worker can carry out commands .*--allow-commands/);
  await until(() => Promise.resolve(logs().includes('in force')), {
    ...{ timeoutMs: 90_000, everyMs: 20, what: 'the fault' },
  });
  const halt = fleet.start(['halt', '--reason', 'smoke in the rack']);
  expect(await halt.ends, halt.said).toBe(0);
  await asker.says(/the fleet is halted by .*smoke in the rack/);
  await asker.says(/given back by/);
  expect(leftOf(fleet.workersFolder)).toEqual([]);
  expect(fleet.unfinished()).toEqual([]);
  const resume = fleet.start(['resume']);
  expect(await resume.ends, resume.said).toBe(0);
  await asker.says(/pass in/);
  // What no worker may do waits for one that may.
  asker.child.kill('SIGINT');
  expect(await asker.ends, asker.said).toBe(130);
  const { folder, state } = fleet.theMatrix();
  const results = state.runs.map(({ experiment, result }) => [experiment, result?.verdict]);
  expect(results).toEqual([
    ['paused', 'pass'],
    ['commands', undefined],
  ]);
  worker.child.kill('SIGTERM');
  await worker.ends;
  const everything = [
    wire.seen(),
    ...textsBelow(queue.folder),
    ...textsBelow(folder),
    asker.said,
    worker.said,
  ];
  expect(everything.join('\n')).toContain('FLEET_CANARY');
  for (const word of [secret, own.FLEET_CANARY])
    expect(everything.some((text) => text.includes(word))).toBe(false);
  await wire.close();
}, 300_000);

/** What the runs under way on the workers have told so far. */
function logs(): string {
  return fleet
    .unfinished()
    .map((path) => join(fleet.workersFolder, path, 'logs/runner.log'))
    .map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''))
    .join('\n');
}

/** The content of every file, and of what is compressed in it. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => unpacked(readFileSync(join(entry.parentPath, entry.name))));
}

/** Nothing of the suite is left on the queue. */
async function isEmpty(): Promise<void> {
  const connection = await queue.connect('test');
  try {
    const count = async (stream: string, filter?: string): Promise<number> => {
      const body = JSON.stringify({ subjects_filter: filter ?? '>' });
      const answer = await connection.request(`$JS.API.STREAM.INFO.${stream}`, body);
      return answer.json<{ state: { messages: number } }>().state.messages;
    };
    await until(async () => (await count('CHAOS_RUNS')) === 0, { timeoutMs: 90_000, what: 'no run queued' });
  } finally {
    await connection.close();
  }
}
