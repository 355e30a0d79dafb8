import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { smallEnvironment, smallExperiment, Workbench, type ProgramRun } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const cut = { kind: 'partition', between: ['c/n1', ['c/n2', 'c/n3']] };

function start(
  fault: Record<string, unknown>,
  lasts = '3s',
  phase: Record<string, unknown> = {},
): ProgramRun {
  const workloads = {
    publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
    worker: { kind: 'consume', consumer: 'c/s/worker' },
  };
  const method = [{ phase: 'broken', faults: [fault], for: lasts, ...phase }];
  return bench.run(bench.experiment(smallExperiment({ workloads, method })));
}

/** The harness broke: that says nothing about NATS, and what was injected went with the environment. */
function expectHarnessError(
  result: { code: number; report: SavedRun; timeline: string },
  reason: RegExp,
): void {
  expect(result.report.verdict, result.timeline).toBe('error');
  expect(result.code).toBe(3);
  expect(result.report.error).toMatchObject({
    code: 'harness',
    message: expect.stringMatching(reason) as string,
  });
  expect(result.report.reasons.map(({ verdict }) => verdict)).not.toContain('fail');
  expect(result.report.gone).toBe(true);
}

it('a proxy that died while a link was cut: an error, everything is gone, and what was seen until then is told', async () => {
  const run = start(cut, '30s');
  await run.sees(/partition .*: in force/);
  const killedAt = performance.now();
  process.kill(toxiproxy(), 'SIGKILL');
  const result = await run.ends();
  expectHarnessError(result, /Toxiproxy.* has died: ended by SIGKILL/);
  expect(result.report.reasons.map(({ text }) => text).join('\n')).toMatch(
    /could not be undone: .*; it went with the environment/,
  );
  expect(result.report.faults[0]?.inForce?.proven).toBe(true);
  expect(result.report.workloads[0]?.ok).toBeGreaterThan(0);
  // The phase alone would have lasted as long, and every wait after it its own time.
  expect(performance.now() - killedAt).toBeLessThan(30_000);
});

it('a proxy that died in a phase that waits: the wait ends with it', async () => {
  const run = start({ ...cut, keep: true }, '3s', { for: undefined, until: 'steady', within: '5m' });
  await run.sees(/partition .*: in force/);
  process.kill(toxiproxy(), 'SIGKILL');
  expectHarnessError(await run.ends(), /Toxiproxy.* has died/);
});

it('a proxy that hangs: an error once it has been silent for long enough, and no attempt after that', async () => {
  const run = start({ kind: 'latency', between: ['c/n1', ['c/n2', 'c/n3']], latency: '30ms' }, '60s');
  await run.sees(/latency .*: in force/);
  process.kill(toxiproxy(), 'SIGSTOP');
  const result = await run.ends();
  expectHarnessError(result, /Toxiproxy.* does not answer/);
  expect(result.report.faults[0]?.undo.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

it('a node that does not come back has ended by itself: a failure, with its last words', async () => {
  const run = start({ kind: 'kill', nodes: 'c/n2' });
  await run.sees(/kill .*: in force/);
  const config = join(environmentFolder(), 'c.n2.conf');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"server_name"', '"no_such_field"'));
  const { code, report, timeline } = await run.ends();
  expect(report.verdict, timeline).toBe('fail');
  expect(code).toBe(1);
  expect(report.crashes).toMatchObject([{ node: 'c/n2', kind: 'fatal-log', code: 1 }]);
  expect(report.findings[0]).toMatchObject({
    check: 'server-crash',
    statement: expect.stringMatching(/exited with code 1: .*unknown field "no_such_field"/) as string,
  });
  const doubts = report.reasons.filter(({ verdict }) => verdict === 'inconclusive').map(({ text }) => text);
  expect(doubts.join('\n')).toMatch(/not proven to be gone: c\/n2 is down/);
  expect(report.unclean).toEqual([]);
  // It has ended: looking for the whole half minute would show nothing else.
  expect(report.faults[0]?.removed?.afterMs).toBeLessThan(20_000);
});

/** The process id of the run's own Toxiproxy: it names a file of this test's temporary folder. */
function toxiproxy(): number {
  const found = processesNaming(bench.temp).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('toxiproxy.json'),
  );
  if (found === undefined) throw new Error('the run has no Toxiproxy');
  return found;
}

/** Where the run's servers keep their files: the one folder that the program has made. */
function environmentFolder(): string {
  const name = readdirSync(bench.temp).find((entry) => entry.startsWith('nats-chaos-'));
  if (name === undefined) throw new Error('the run has made no environment');
  return join(bench.temp, name);
}
