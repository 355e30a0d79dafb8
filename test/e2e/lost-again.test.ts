import { afterEach, beforeEach, expect, it } from 'vitest';
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

const NODES = ['n1', 'n2', 'n3'];

/** The steady state comes back after the method, and the drain then goes on until its time is up: a message is still being worked on. */
function draining(): ProgramRun {
  const workloads = {
    publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 20, interval: '5ms' },
    worker: { kind: 'consume', consumer: 'c/s/worker', processing: '10m' },
  };
  const steadyState = [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '20s' }];
  const method = [
    {
      phase: 'restart',
      faults: [{ kind: 'kill', nodes: 'c/n3', for: '500ms' }],
      until: [{ kind: 'workload-progress', workload: 'publisher', equals: 20 }],
      within: '30s',
    },
    { phase: 'recovery', until: 'steady', within: '60s' },
  ];
  const over = { workloads, steadyState, method, checks: [], drain: { within: '20s' } };
  return bench.run(bench.experiment(smallExperiment(over)));
}

/** From outside, as no fault of the experiment: nothing of the run explains it. */
function signal(name: 'SIGSTOP' | 'SIGCONT', nodes: readonly string[]): void {
  for (const node of nodes) process.kill(bench.serverOf(node), name);
}

it('fails a run whose steady state came back, and was lost again while the workloads drained', async () => {
  const run = draining();
  await run.sees(/^holds after the method$/);
  signal('SIGSTOP', NODES);
  await run.sees(/^not drained within/);
  // Two of three have a leader again, so that everything can be read back.
  signal('SIGCONT', ['n1', 'n2']);
  await run.sees(/^is lost again$/);
  signal('SIGCONT', ['n3']);
  const { code, report, timeline } = await run.ends();
  expect(report.drain?.undrained, timeline).toMatchObject([{ consumer: 'c/s/worker', outcome: 'no-leader' }]);
  expect(report.phases.at(-1), timeline).toMatchObject({ name: 'recovery', outcome: 'completed' });
  expect(report.steadyState.after).toMatchObject([{ outcome: 'violated' }]);
  expect(report.reasons[0]?.text, timeline).toMatch(
    /^Steady state not met after the method: server-healthy c: /,
  );
  expect([report.verdict, code, report.unclean], timeline).toEqual(['fail', 1, []]);
});

it('accepts a steady state that is there again once the servers that nobody heard from answer', async () => {
  const run = draining();
  await run.sees(/^holds after the method$/);
  signal('SIGSTOP', NODES);
  await run.sees(/^not drained within/);
  signal('SIGCONT', NODES);
  const { report, timeline } = await run.ends();
  expect(timeline).toMatch(/^steady-state: still holds$/m);
  expect(report.steadyState.after, timeline).toMatchObject([{ outcome: 'met' }]);
  // The workloads were not drained: that a claim held is not proven.
  expect(report.verdict, timeline).toBe('inconclusive');
});
