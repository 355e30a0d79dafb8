import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, soonAgain, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment(soonAgain)).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const load = {
  publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
  worker: { kind: 'consume', consumer: 'c/s/worker' },
};

it('a fault that would take a majority down is not injected, unless the file says so', async () => {
  const method = [
    { phase: 'first', faults: [{ kind: 'stop', nodes: 'c/s@leader', keep: true }], for: '1s' },
    { phase: 'second', faults: [{ kind: 'stop', nodes: 'c/s@leader' }], for: '1s' },
  ];
  const refused = await bench.run(bench.experiment(smallExperiment({ workloads: load, method }))).ends();
  expect(refused.code, refused.timeline).toBe(2);
  expect(refused.report.headline).toMatch(
    /^Fault stop#2 .* was not injected: 2 of 3 nodes of c would be down at once \(.*maxNodesDown: 2/,
  );
  expect(refused.report.faults.map((fault) => fault.injectedAt !== undefined)).toEqual([true, false]);

  const said = [
    { phase: 'both', faults: ['c/n1', 'c/n2'].map((nodes) => ({ kind: 'stop', nodes })), for: '1s' },
    { phase: 'back', until: 'steady', within: '60s' },
  ];
  const allowed = await bench
    .run(bench.experiment(smallExperiment({ workloads: load, maxNodesDown: 2, method: said })))
    .ends();
  expect(allowed.report.reasons, allowed.timeline).toEqual([]);
  expect(allowed.code).toBe(0);
});

it('an action takes no node down beside the one that a fault has taken down', async () => {
  const method = [
    { phase: 'before', actions: [{ kind: 'restart', nodes: 'c/s@leader' }], for: '1s' },
    {
      phase: 'beside',
      faults: [{ kind: 'stop', nodes: 'c/s@follower' }],
      actions: [{ kind: 'restart', nodes: 'c/s@leader' }],
      for: '1s',
    },
  ];
  const { code, report, timeline } = await bench
    .run(bench.experiment(smallExperiment({ workloads: load, method })))
    .ends();
  expect(code, timeline).toBe(2);
  expect(report.phases.map(({ actions }) => actions.map(({ ok }) => ok))).toEqual([[true], [false]]);
  expect(report.phases[1]?.actions[0]?.error).toMatch(
    /^2 of 3 nodes of c would be down at once .*maxNodesDown: 2/,
  );
  expect(report.faults).toMatchObject([{ kind: 'stop', removed: { proven: true } }]);
});

it('a safety limit ends the method at once; all is undone and checked all the same', async () => {
  const running = bench.run(
    bench.experiment(
      smallExperiment({
        workloads: load,
        stopWhen: [{ kind: 'server-healthy', servers: 'c', max: 2 }],
        method: [
          { phase: 'quiet', for: '1s' },
          {
            phase: 'down',
            faults: [{ kind: 'kill', nodes: 'c/s@follower' }],
            for: '5m',
            expect: [{ kind: 'server-healthy', servers: 'c', equals: 1, within: '1m' }],
          },
          { phase: 'never', faults: [{ kind: 'stop', nodes: 'c@any' }], for: '5m' },
        ],
      }),
    ),
  );
  const { code, report, timeline } = await running.ends();
  expect(report.reasons, timeline).toEqual([
    {
      verdict: 'fail',
      source: 'stopWhen',
      text: expect.stringMatching(/^Stopped: server-healthy c \(max 2\): it read [012] at/) as string,
    },
  ]);
  expect(code).toBe(1);
  expect(report.phases.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['quiet', 'completed'],
    ['down', 'stopped'],
    ['never', 'not-run'],
  ]);
  expect(report.faults).toMatchObject([{ kind: 'kill', removed: { proven: true } }]);
  expect(report.steadyState.after).toMatchObject([{ outcome: 'met' }]);
  expect(report.findings.map((finding) => finding.verdict)).toEqual(['pass', 'pass', 'pass']);
});

it('a known failure that is found is a pass, and one that is not found is a failure', async () => {
  const quiet = { phase: 'quiet', for: '1s', expect: [{ kind: 'server-healthy', servers: 'c', max: 2 }] };
  const found = await bench
    .run(bench.experiment(smallExperiment({ workloads: load, expect: 'fail', method: [quiet] })))
    .ends();
  expect(found.code, found.timeline).toBe(0);
  expect(found.report).toMatchObject({ verdict: 'pass', expected: { verdict: 'fail', seen: 'fail' } });
  expect(found.report.headline).toMatch(/^Failed, as expected: Expectation violated: server-healthy c/);

  const gone = await bench.run(bench.experiment(smallExperiment({ expect: 'fail' }))).ends();
  expect(gone.code, gone.timeline).toBe(1);
  expect(gone.report.headline).toMatch(/^No longer fails/);
});
