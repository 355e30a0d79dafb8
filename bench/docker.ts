/**
 * Measures the Docker driver on a real engine: `npm run bench:docker [rounds]`. Prints one Markdown table. What the
 * driver does to a network is timed beside the `docker` command, turn and turn about in the same environment.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DockerDriver } from '../src/drivers/docker/managed/docker-driver.ts';
import { connectEngine } from '../src/drivers/docker/engine/engine.ts';
import { thingsOf } from '../src/drivers/docker/engine/reap.ts';
import { partition } from '../src/faults/links/partition.ts';
import { systemClock } from '../src/support/clock.ts';
import { until } from '../src/support/deadline.ts';
import { newRunId } from '../src/support/ids.ts';
import { seededRandom } from '../src/support/random.ts';
import { dualMirrorSpec } from '../test/support/dual-mirror-spec.ts';

const ROUNDS = Number(process.argv[2] ?? 3);
const CUTS = 7;
const OPTIONS = {
  kind: 'partition',
  between: ['qa1a', 'qa1b'] as [string, string],
  direction: 'both',
  mode: 'reset',
  keep: false,
} as const;
const docker = promisify(execFile);
const figures = { ready: [], cut: [], command: [], proof: [], heal: [], teardown: [] } as Record<
  'ready' | 'cut' | 'command' | 'proof' | 'heal' | 'teardown',
  number[]
>;

for (let round = 0; round < ROUNDS; round += 1) await measure();
const engine = await connectEngine();
console.log(
  `Docker ${engine.version}, node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model ?? '?'}\n`,
);
const ratio = median(figures.cut) / median(figures.command);
console.log('| figure | median | worst | target |\n|---|---|---|---|');
row(
  'six nodes and Toxiproxy, from nothing until every stream has its leader and replicas',
  figures.ready,
  '12 s',
);
row('a partition of two clusters, injected: 9 proxies and 3 nodes cut off', figures.cut, '');
row('… the same 3 nodes by `docker network disconnect`, side by side', figures.command, '');
console.log(`| … ratio of the medians | ${ratio.toFixed(2)} | | 1.2 |`);
row('… from injection to proof', figures.proof, '1 s');
row('… undone, all 3 nodes connected again with their addresses', figures.heal, '');
row('teardown: 7 containers, 4 networks, 6 volumes', figures.teardown, '5 s');

async function measure(): Promise<void> {
  const logFolder = mkdtempSync(join(os.tmpdir(), 'bench-docker-'));
  const runId = newRunId();
  const signal = new AbortController().signal;
  const quiet = () => undefined;
  const base = { runId, logFolder, clock: systemClock, signal, freePorts: true };
  const driver = new DockerDriver({ ...base, progress: quiet, journal: quiet });
  try {
    await timed('ready', () => driver.start(dualMirrorSpec()));
    const ctx = {
      driver,
      nodes: driver.nodes(),
      links: driver.links(),
      observer: driver.observer(),
      random: seededRandom(1),
      signal,
      fault: 'partition#1',
    };
    const target = await partition.resolve(ctx, OPTIONS);
    const look = () => partition.observe(ctx, target, OPTIONS);
    const whole = () =>
      until(async () => (await driver.missing()).length === 0, { timeoutMs: 60_000, what: 'every link' });
    for (let i = 0; i < CUTS; i += 1) {
      const before = await look();
      const from = performance.now();
      await timed('cut', () => partition.inject(ctx, target, OPTIONS));
      await until(async () => partition.inForce(before, await look(), OPTIONS).proven, {
        timeoutMs: 10_000,
        everyMs: 5,
        what: 'proof',
      });
      figures.proof.push(performance.now() - from);
      await timed('heal', () => driver.linkControl.release('partition#1', target.links));
      await whole();
      await byCommand(runId);
      await whole();
    }
  } finally {
    await timed('teardown', () => driver.dispose());
    rmSync(logFolder, { recursive: true, force: true });
  }
}

/** Disconnects the same nodes by command line, all at once, and connects them again. */
async function byCommand(runId: string): Promise<void> {
  const { containers, networks } = await thingsOf((await connectEngine()).docker, runId);
  const network = networks.find((name) => name.includes('-link-')) ?? '';
  const nodes = containers.filter((name) => name.includes('-qa1b-'));
  const { stdout } = await docker('docker', ['inspect', ...nodes]);
  const seen = JSON.parse(stdout) as {
    NetworkSettings: { Networks: Record<string, { IPAddress: string } | undefined> };
  }[];
  const addresses = seen.map((one) => one.NetworkSettings.Networks[network]?.IPAddress ?? '');
  await timed('command', () =>
    Promise.all(nodes.map((node) => docker('docker', ['network', 'disconnect', network, node]))),
  );
  await Promise.all(
    nodes.map((node, i) =>
      docker('docker', ['network', 'connect', '--ip', addresses[i] ?? '', network, node]),
    ),
  );
}

async function timed(figure: keyof typeof figures, call: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  await call();
  figures[figure].push(performance.now() - from);
}

function row(what: string, values: readonly number[], target: string): void {
  console.log(`| ${what} | ${ms(median(values))} | ${ms(Math.max(...values))} | ${target} |`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function ms(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}
