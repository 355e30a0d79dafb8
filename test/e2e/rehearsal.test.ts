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

it('a rehearsal breaks nothing, judges what holds without faults, and passes where a failure is expected', async () => {
  const file = bench.experiment(
    smallExperiment({
      expect: 'fail',
      workloads: {
        publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
        worker: { kind: 'consume', consumer: 'c/s/worker' },
      },
      steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '30s' }],
      method: [
        {
          phase: 'down',
          faults: [{ kind: 'kill', nodes: 'c/s@leader' }],
          until: [{ kind: 'workload-progress', workload: 'worker', min: 100 }],
          within: '10s',
          // The effect of the fault.
          expect: [{ kind: 'server-healthy', servers: 'c', max: 2 }],
        },
        { phase: 'back', until: 'steady', within: '60s' },
      ],
      checks: [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }],
      thresholds: [{ metric: 'recovery-time', phase: 'back', max: '60s' }],
    }),
  );
  const { code, report, timeline } = await bench.run(file, '--rehearse').ends();
  expect(report.reasons, timeline).toEqual([]);
  expect(code).toBe(0);
  expect(report).toMatchObject({
    rehearsal: true,
    faults: [],
    verdict: 'pass',
    expected: { verdict: 'pass' },
  });
  expect(report.headline).toMatch(/^Rehearsed without its faults\. /);
  expect(report.repeat.command).toContain(' --rehearse');
  expect(report.findings).toMatchObject([{ check: 'no-loss', verdict: 'pass' }]);
  expect(report.phases.map(({ expectations }) => expectations)).toEqual([[], []]);
});
