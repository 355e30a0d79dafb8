import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectEngine } from '../../src/drivers/docker/engine/engine.ts';
import { namePrefix } from '../../src/drivers/docker/engine/labels.ts';
import { onEngine } from '../support/engine.ts';
import { smallEnvironment, smallExperiment, Workbench, type ProgramRun } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** A run on containers whose one phase does nothing to its servers. */
async function quiet(
  over: { environment?: Record<string, unknown>; phase?: Record<string, unknown>; publisher?: object } = {},
): Promise<ProgramRun> {
  bench.environment((await smallEnvironment(over.environment)).file);
  const workloads = {
    publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s', ...over.publisher },
  };
  const steadyState = [{ kind: 'server-healthy', servers: 'c', min: 2, within: '20s' }];
  const method = [{ phase: 'quiet', for: '6s', ...over.phase }];
  const file = bench.experiment(smallExperiment({ workloads, steadyState, method, checks: [] }));
  return bench.run(file, '--driver', 'docker', '--free-ports');
}

/** A container of the run by the end of its name, once the phase has begun. */
async function containerOf(run: ProgramRun, end: string) {
  await run.sees(/quiet: begins/, 180_000);
  const { docker } = await connectEngine();
  const all = await docker.listContainers();
  // Other tests run beside this one, on the same engine.
  const [, runId = ''] =
    /^\.running-.*-(\w+)$/m.exec(readdirSync(join(bench.folder, 'reports')).join('\n')) ?? [];
  const own = all.find(({ Names: names }) =>
    names.some((name) => name.startsWith(`/${namePrefix(runId)}-`) && name.endsWith(end)),
  );
  if (own === undefined) throw new Error(`the run has no container …${end}`);
  return docker.getContainer(own.Id);
}

it('a container that is killed from outside fails the run, with its exit code', async () => {
  const run = await quiet();
  await (await containerOf(run, '-c-n2')).kill();
  const { code, report, timeline } = await run.ends();
  expect(report.crashes, timeline).toMatchObject([
    { node: 'c/n2', kind: 'signal', code: 137, signal: 'SIGKILL', phase: 'quiet' },
  ]);
  expect(report).toMatchObject({ verdict: 'fail', unclean: [], gone: true });
  expect(code).toBe(1);
  expect(await onEngine(report.runId)).toEqual([]);
});

it('a server that aborts in its container shows why', async () => {
  const run = await quiet({ phase: { allowCrash: true } });
  await (await containerOf(run, '-c-n3')).kill({ signal: 'SIGABRT' });
  const { report, timeline } = await run.ends();
  expect(report.crashes, timeline).toMatchObject([{ node: 'c/n3', kind: 'signal', code: 2 }]);
  expect(report.crashes?.[0]?.lastLines[0]).toBe('SIGABRT: abort');
  expect(report.findings[0]).toMatchObject({ check: 'server-crash', verdict: 'pass' });
});

it('a container that somebody restarts is one that ended by itself', async () => {
  const run = await quiet();
  await (await containerOf(run, '-c-n1')).restart({ t: 0 });
  const { report, timeline } = await run.ends();
  expect(report.crashes?.[0], timeline).toMatchObject({ node: 'c/n1', phase: 'quiet' });
  expect(report.crashes).toHaveLength(1);
  expect(report.verdict).toBe('fail');
});

it('a server that the kernel kills for want of memory is told from all others', async () => {
  // What it stores in memory is more than it is left.
  const run = await quiet({
    environment: { streams: { 'c/s': { subjects: ['s.>'], replicas: 1, storage: 'memory' } } },
    publisher: { size: '512KiB', rate: '100/s' },
    phase: { for: '20s' },
  });
  const containers = await Promise.all(['-c-n1', '-c-n2', '-c-n3'].map((end) => containerOf(run, end)));
  for (const container of containers) {
    const { memory_stats: used } = await container.stats({ stream: false });
    const limit = used.usage + 64 * 1024 ** 2;
    await container.update({ Memory: limit, MemorySwap: limit });
  }
  const { report, timeline } = await run.ends();
  expect(report.crashes?.[0], timeline).toMatchObject({ kind: 'out-of-memory', signal: 'SIGKILL' });
  expect(report.findings[0]?.statement).toMatch(/the kernel killed it for want of memory/);
  expect(report.verdict).toBe('fail');
});

it('a Toxiproxy that is killed is no failure of NATS', async () => {
  const run = await quiet({ environment: { links: 'all' }, phase: { for: '60s' } });
  await (await containerOf(run, '-toxiproxy')).kill();
  const { code, report, timeline } = await run.ends();
  expect(report.harness, timeline).toMatchObject({ part: 'proxy' });
  expect([report.verdict, code]).toEqual(['error', 3]);
  expect(report.reasons.map(({ verdict }) => verdict)).not.toContain('fail');
  expect(report.gone).toBe(true);
  expect(report.durationMs - (report.harness?.t ?? 0)).toBeLessThan(45_000);
});
