import { afterEach, beforeEach, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const WITH = '2.12+assertions';
const upgraded = {
  phase: 'upgraded',
  actions: [{ kind: 'upgrade', cluster: 'c', to: WITH }],
  until: 'steady',
  within: '60s',
};

it.each([
  ['which was started with them', WITH, []],
  ['which an upgrade brought', '2.12', [upgraded]],
])(
  'says which assertion of its own a server violates, %s, when its disk is full, and which fault explains it',
  async (_, nats, first) => {
    bench.environment((await smallEnvironment({ nats })).file);
    const file = bench.experiment(
      smallExperiment({
        workloads: {
          publisher: {
            kind: 'publish',
            stream: 'c/s',
            subject: 's.x',
            rate: '200/s',
            size: '2KiB',
            timeout: '2s',
          },
        },
        checks: [{ kind: 'no-loss', published: 'publisher' }],
        // A replica that cannot write its log takes no part in the stream any more.
        method: [
          ...first,
          {
            phase: 'full',
            faults: [{ kind: 'fill-disk', nodes: 'c/s@follower' }],
            until: [{ kind: 'replicas-current', stream: 'c/s', max: 2 }],
            within: '60s',
          },
          { phase: 'afterwards', for: '1s' },
        ],
      }),
    );
    const { report, timeline } = await bench.run(file).ends();
    const violated = report.assertions?.filter((one) => one.violated);
    const node = report.faults[0]?.targets[0] ?? '';
    expect(violated, timeline).toEqual([
      expect.objectContaining({
        node,
        message: 'Raft encountered write error',
        kind: 'Unreachable',
        where: expect.stringMatching(/^raft\.go:\d+ /) as string,
        details: expect.objectContaining({
          err: expect.stringContaining('no space left on device') as string,
        }) as object,
        accepted: expect.stringMatching(/^fill-disk#1 \(.*\) explains it$/) as string,
      }),
    ]);
    const finding = report.findings.find(({ check }) => check === 'server-assertion');
    expect(finding).toMatchObject({ subject: 'Raft encountered write error', verdict: 'pass' });
    expect(finding?.statement).toContain(`${node} reached what its authors call unreachable (raft.go:`);
    if (first.length > 0) return;
    // Each start of each server has a file of its own, and what held is in it too.
    expect(
      new Set(report.assertions?.filter((one) => !one.violated).map(({ message }) => message)),
    ).toContain('Raft response term mismatch');
  },
);
