import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processesNaming } from '../../src/drivers/shared/reap.ts';
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

function start(fault: Record<string, unknown>): ProgramRun {
  const workloads = {
    publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
    worker: { kind: 'consume', consumer: 'c/s/worker' },
  };
  const method = [{ phase: 'broken', faults: [fault], for: '3s' }];
  return bench.run(bench.experiment(smallExperiment({ workloads, method })));
}

/** Unclean beats every other verdict, and the report says what could not be undone and what is left to do. */
function expectUnclean(result: { code: number; report: SavedRun; story: string }, reason: RegExp): void {
  expect(result.report.verdict, result.story).toBe('unclean');
  expect(result.code).toBe(4);
  const texts = result.report.reasons.flatMap(({ verdict, text }) => (verdict === 'unclean' ? [text] : []));
  expect(texts.join('\n')).toMatch(reason);
  expect(result.report.gone).toBe(true);
}

it('a proxy that died while a link was cut: unclean, and everything is gone all the same', async () => {
  const run = start(cut);
  await run.sees(/partition .*: in force/);
  process.kill(toxiproxy(), 'SIGKILL');
  expectUnclean(await run.ends(), /could not be undone: .*(Toxiproxy|proxy|healing)/i);
});

it('a proxy that hangs when its toxics are to be removed: unclean within its deadlines', async () => {
  const run = start({ kind: 'latency', between: ['c/n1', ['c/n2', 'c/n3']], latency: '30ms' });
  await run.sees(/latency .*: in force/);
  process.kill(toxiproxy(), 'SIGSTOP');
  const result = await run.ends();
  expectUnclean(result, /could not be undone: .*no answer within/i);
  // Several attempts when its phase ends, and a last one: each costs as long as the proxy may take to answer.
  expect(result.report.faults[0]?.undo.map(({ attempts }) => attempts)).toEqual([4, 1]);
});

it('a node that does not come back: unclean, and its last words are told', async () => {
  const run = start({ kind: 'kill', nodes: 'c/n2' });
  await run.sees(/kill .*: in force/);
  const config = join(environmentFolder(), 'c.n2.conf');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"server_name"', '"no_such_field"'));
  const result = await run.ends();
  expectUnclean(result, /not proven to be gone: c\/n2 is down/);
  // It has ended: looking for the whole half minute would show nothing else.
  expect(result.report.faults[0]?.removed?.afterMs).toBeLessThan(20_000);
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
