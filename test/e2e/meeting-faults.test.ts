import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SavedRun } from '../../src/report/schema.ts';
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
  publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s', timeout: '2s', retries: 5 },
  worker: { kind: 'consume', consumer: 'c/s/worker' },
};

const recovery = { phase: 'back', until: 'steady', within: '60s' };
/** Messages that were sent again have no place in an order. */
const checks = [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }];

type Fault = SavedRun['faults'][number];

const injectionsOf = (report: SavedRun, id: string): Fault[] =>
  report.faults.filter((fault) => fault.id === id || fault.id.startsWith(`${id}.`));
const isProven = ({ inForce, heldToEnd, removed }: Fault): boolean =>
  inForce?.proven === true && heldToEnd?.proven === true && removed?.proven === true;

describe('faults that meet on a node', () => {
  it('are skipped, wait, draw another node, or stay until their end can be seen; each proof is its own', async () => {
    const method = [
      {
        phase: 'meet',
        for: '9s',
        faults: [
          { kind: 'stop', nodes: 'c/n1', for: '2s' },
          { kind: 'pause', nodes: 'c/n1', after: '500ms', for: '200ms', every: '1s' },
          // A kill, because a server that is asked to end while it starts may take all the time of the phase for it.
          { kind: 'kill', nodes: 'c/n1', for: '500ms', onConflict: 'wait' },
        ],
      },
      {
        phase: 'draw',
        for: '5s',
        faults: [
          { kind: 'kill', nodes: 'c/n2' },
          { kind: 'pause', nodes: 'c@any', after: '500ms', for: '300ms', every: '1s' },
          { kind: 'isolate', nodes: 'c/n2', after: '1s', onConflict: 'skip', for: '1s', every: '3s' },
        ],
      },
      {
        phase: 'hide',
        for: '6s',
        faults: [
          { kind: 'latency', between: ['clients', 'c'], latency: '100ms', after: '0s', for: '1500ms' },
          { kind: 'latency', between: ['c/n1', 'c/n2'], latency: '100ms' },
          { kind: 'kill', nodes: 'c/n2', after: '1s', for: '2s' },
          { kind: 'pause', nodes: 'c/n1', after: '5s' },
        ],
      },
      recovery,
    ];
    // The second isolation is only one more that is skipped: without it the first alone would be a fault that never was.
    const experiment = smallExperiment({ workloads, maxNodesDown: 2, method, checks });
    const { code, report, timeline } = await bench.run(bench.experiment(experiment), '--seed', '3').ends();
    expect(report.reasons, timeline).toMatchObject([
      {
        verdict: 'inconclusive',
        source: 'fault isolate#1',
        text: expect.stringMatching(
          /^Fault isolate#1 .* was never injected: it was skipped 2 times, the first time because c\/n2 is held by kill#2/,
        ) as string,
      },
    ]);
    expect(code).toBe(2);
    expect(report.phases.map(({ outcome }) => outcome)).toEqual(Array(4).fill('completed'));
    for (const fault of report.faults) {
      expect(
        fault.skipped === undefined ? isProven(fault) : fault.injectedAt,
        `${fault.title}\n${timeline}`,
      ).toBe(fault.skipped === undefined ? true : undefined);
    }

    const [stop, kill] = ['stop#1', 'kill#1'].map((id) => injectionsOf(report, id)[0]!);
    const pauses = injectionsOf(report, 'pause#1');
    expect(pauses[0]?.skipped).toMatch(/^c\/n1 is held by stop#1 \(stop c\/n1\)$/);
    expect(pauses.filter(isProven).length, timeline).toBeGreaterThan(1);
    expect(kill!.injectedAt).toBeGreaterThanOrEqual(stop!.removed!.t);

    const drawn = injectionsOf(report, 'pause#2').filter(isProven);
    expect(drawn.length, timeline).toBeGreaterThan(1);
    expect(drawn.flatMap(({ targets }) => targets)).not.toContain('c/n2');

    const [early, background] = ['latency#1', 'latency#2'].map((id) => injectionsOf(report, id)[0]!);
    const [later, paused] = ['kill#3', 'pause#3'].map((id) => injectionsOf(report, id)[0]!);
    expect(early!.heldToEnd!.t).toBeGreaterThan(later!.removedAt!);
    expect(background!.heldToEnd!.t).toBeGreaterThan(paused!.removedAt!);
  });

  it('an action draws among nodes that no fault has taken down', async () => {
    const beside = {
      faults: [{ kind: 'kill', nodes: ['c/n1', 'c/n2'] }],
      actions: [{ kind: 'restart', nodes: 'c@any', within: '2s' }],
      for: '1s',
    };
    const method = [{ phase: 'beside', ...beside }, recovery];
    const experiment = smallExperiment({ workloads, maxNodesDown: 3, method, checks });
    const { report, timeline } = await bench.run(bench.experiment(experiment)).ends();
    const [action] = report.phases[0]?.actions ?? [];
    // One node of three is never healthy by itself: which one it was is what counts.
    expect(action, timeline).toMatchObject({ ok: false, error: expect.stringContaining('c/n3') as string });
    expect(report.faults).toMatchObject([{ kind: 'kill', removed: { proven: true } }]);
  });
});
