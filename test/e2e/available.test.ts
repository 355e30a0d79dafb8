import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

const workloads = {
  publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' },
  worker: { kind: 'consume', consumer: 'c/s/worker' },
  // On no stream: no quorum says whether it could move on, so nothing is demanded of it.
  talker: { kind: 'core-publish', cluster: 'c', subject: 'talk', rate: '10/s' },
};

describe('a phase that lasts until whatever has a quorum is available', () => {
  it('heals what a quorum needs and no more, and demands nothing where there is none', async () => {
    const method = [
      {
        phase: 'broken',
        faults: [
          { kind: 'kill', nodes: 'c/n1', keep: true },
          { kind: 'kill', nodes: 'c/n2', keep: true },
        ],
        for: '1s',
      },
      { phase: 'live', until: 'available', within: '60s' },
      {
        phase: 'out',
        faults: [{ kind: 'pause', nodes: ['c/n2', 'c/n3'] }],
        until: 'available',
        within: '5s',
      },
    ];
    const file = bench.experiment(smallExperiment({ workloads, method, maxNodesDown: 3 }));
    const { code, report, timeline } = await bench.run(file).ends();

    const [, live, out] = report.phases;
    expect(live?.outcome, timeline).toBe('completed');
    // Of two faults that would do, the last one.
    expect(live?.liveness).toMatchObject({ healed: ['kill#2'], inForce: ['kill#1'] });
    expect(live?.liveness?.targets.map(({ name, state }) => [name, state])).toEqual([
      ['c/s', 'available'],
      ['publisher', 'available'],
      ['worker', 'available'],
    ]);
    const [first, second] = report.faults;
    expect(second?.removedAt ?? Infinity).toBeLessThan(live?.endedAt ?? 0);
    expect(first?.removedAt ?? 0).toBeGreaterThan(out?.endedAt ?? Infinity);

    // The phase itself freezes two of three: nothing that it could heal helps, and nothing is proven.
    expect(out?.outcome).toBe('aborted');
    expect(out?.liveness).toMatchObject({ healed: [], inForce: ['kill#1', 'pause#1'] });
    expect(out?.liveness?.targets.map(({ state }) => state)).toEqual(Array(3).fill('rightly-unavailable'));
    expect(out?.note).toContain('at most 0 of its 3 replicas reach one another (kill#1, pause#1)');
    expect(report.verdict, timeline).toBe('inconclusive');
    expect(code).toBe(2);
    expect(report.faults.every(({ removed }) => removed?.proven === true)).toBe(true);
  });
});
