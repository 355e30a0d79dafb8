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
  publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
  worker: { kind: 'consume', consumer: 'c/s/worker' },
};

const recovery = { phase: 'back', until: 'steady', within: '60s' };

type Fault = SavedRun['faults'][number];

function injectionsOf(report: SavedRun, id: string): Fault[] {
  return report.faults.filter((fault) => fault.id === id || fault.id.startsWith(`${id}.`));
}

describe('faults that strike again, or by the clock of their phase', () => {
  it('are proven each time, and some of several are chosen, the same for the same seed', async () => {
    const method = [
      {
        phase: 'storm',
        faults: [
          { kind: 'pause', nodes: 'c/s/worker@leader', after: '500ms', for: '500ms', every: '3s' },
          { kind: 'latency', between: ['clients', 'c'], latency: '60ms', for: '5s' },
          {
            kind: 'choose',
            of: [
              { kind: 'latency', between: ['c/n1', 'c/n2'], latency: '100ms', after: '200ms', for: '2s' },
              { kind: 'latency', between: ['c/n2', 'c/n3'], latency: '100ms', after: '200ms', for: '2s' },
              { kind: 'latency', between: ['c/n1', 'c/n3'], latency: '100ms', after: '200ms', for: '2s' },
            ],
          },
        ],
        for: '7s',
      },
      recovery,
    ];
    const file = bench.experiment(smallExperiment({ workloads, method }));
    const { code, report, timeline } = await bench.run(file, '--seed', '7').ends();
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);

    const pauses = injectionsOf(report, 'pause#1');
    expect(pauses.length, timeline).toBeGreaterThan(1);
    expect(pauses.map(({ id }) => id)).toEqual(
      pauses.map((_, i) => (i === 0 ? 'pause#1' : `pause#1.${i + 1}`)),
    );
    const [phase, next] = report.phases;
    expect([phase?.name, next?.name]).toEqual(['storm', 'back']);
    for (const { injectedAt = 0, inForce, heldToEnd, removedAt = 0, removed, roles } of pauses) {
      expect([inForce?.proven, heldToEnd?.proven, removed?.proven]).toEqual([true, true, true]);
      expect(Object.keys(roles)).toEqual(['c/s/worker@leader']);
      expect(injectedAt).toBeGreaterThanOrEqual((phase?.startedAt ?? Infinity) + 500);
      // One that had begun when the clock of the phase stopped is injected, proven and removed before the next phase.
      expect(injectedAt).toBeLessThanOrEqual(next?.startedAt ?? 0);
      expect(removed?.t).toBeLessThanOrEqual(next?.startedAt ?? 0);
      expect(removedAt).toBeGreaterThanOrEqual((inForce?.t ?? Infinity) + 500);
    }
    pauses.slice(1).forEach(({ injectedAt = 0 }, i) => {
      // Counted from strike to strike, and never before the one before it is gone.
      expect(injectedAt).toBeGreaterThanOrEqual(pauses[i]?.removed?.t ?? Infinity);
    });

    const [choice] = phase?.choices ?? [];
    const chosen = choice?.of.filter((one) => one.chosen).map((one) => one.fault) ?? [];
    expect(choice).toMatchObject({ id: 'choose#1' });
    expect(choice?.of.map((one) => one.fault)).toEqual(['latency#2', 'latency#3', 'latency#4']);
    expect(chosen).toHaveLength(1);
    const latencies = report.faults.filter((fault) => fault.kind === 'latency').map((fault) => fault.id);
    expect(latencies.sort()).toEqual(['latency#1', ...chosen]);

    // Chosen when the phase begins: what comes of it has been seen.
    const again = bench.run(file, '--seed', '7');
    await again.sees(/latency of .* in force/);
    again.child.kill('SIGINT');
    const { report: second, timeline: tale } = await again.ends();
    expect(second.phases[0]?.choices, tale).toEqual(phase?.choices);
  });

  it('a fault whose time never comes makes the run inconclusive, and says so', async () => {
    const method = [
      {
        phase: 'short',
        until: [{ kind: 'workload-progress', workload: 'worker', min: 20 }],
        within: '60s',
        faults: [{ kind: 'kill', nodes: 'c@50%', after: '50s' }],
      },
    ];
    const { code, report, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, method })))
      .ends();
    expect(report.headline, timeline).toMatch(
      /^Fault kill#1 \(kill c@50%\) was never due: it was to be injected after 50 s, and the phase lasted/,
    );
    expect(code).toBe(2);
    expect(report.faults).toMatchObject([{ id: 'kill#1', undo: [] }]);
    expect(report.phases).toMatchObject([{ outcome: 'completed' }]);
  });

  it('a strike that changes nothing ends its phase, and the method; what is in force is undone', async () => {
    const method = [
      {
        phase: 'twice',
        for: '5m',
        faults: [
          { kind: 'stop', nodes: 'c/n1' },
          { kind: 'kill', nodes: 'c/n1', after: '100ms' },
        ],
      },
      recovery,
    ];
    const { code, report, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, method })))
      .ends();
    expect(report.headline, timeline).toMatch(
      /^Fault kill#1 .* would change nothing: c\/n1 was already down before the fault/,
    );
    expect(code).toBe(2);
    expect(report.phases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['twice', 'aborted'],
      ['back', 'not-run'],
    ]);
    expect(report.faults).toMatchObject([{ id: 'stop#1', removed: { proven: true } }, { id: 'kill#1' }]);
  });

  it('a removal that a later fault hides is proven once that one is gone', async () => {
    const method = [
      {
        phase: 'storm',
        for: '6s',
        faults: [
          { kind: 'partition', between: ['c/n1', ['c/n2', 'c/n3']], after: '0s', for: '1500ms' },
          { kind: 'kill', nodes: 'c/n1', after: '1s', for: '2500ms' },
        ],
      },
      recovery,
    ];
    const { code, report, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, method })))
      .ends();
    expect(report.reasons, timeline).toEqual([]);
    expect(code).toBe(0);
    const [partition, kill] = report.faults;
    expect(partition?.removedAt).toBeLessThan(kill?.removedAt ?? 0);
    expect(partition?.removed?.t).toBeGreaterThan(kill?.removedAt ?? Infinity);
  });

  it('a safety limit ends a strike under way, and what it did is undone', async () => {
    const method = [
      {
        phase: 'storm',
        for: '5m',
        faults: [{ kind: 'kill', nodes: 'c/s@follower', after: '200ms', for: '1m', every: '2m' }],
      },
      recovery,
    ];
    const stopWhen = [{ kind: 'server-healthy', servers: 'c', max: 2 }];
    const { code, report, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, stopWhen, method })))
      .ends();
    expect(report.reasons, timeline).toMatchObject([{ verdict: 'fail', source: 'stopWhen' }]);
    expect(code).toBe(1);
    expect(report.phases.map(({ outcome }) => outcome)).toEqual(['stopped', 'not-run']);
    expect(report.faults).toMatchObject([{ id: 'kill#1', removed: { proven: true } }]);
  });

  it('the blast radius holds for faults that strike at one moment', async () => {
    const method = [
      {
        phase: 'together',
        for: '1s',
        faults: [
          { kind: 'kill', nodes: 'c/s@leader' },
          { kind: 'pause', nodes: 'c/s@follower', onConflict: 'end' },
        ],
      },
    ];
    const { code, report, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, method })))
      .ends();
    expect(report.headline, timeline).toMatch(
      /^Fault pause#1 .* was not injected: 2 of 3 nodes of c would be down/,
    );
    expect(code).toBe(2);
    expect(report.faults.map(({ id }) => id)).toEqual(['pause#1']);
  });
});

describe('interrupted in the middle of strikes by the clock, a run leaves nothing', () => {
  const storm = (): string =>
    bench.experiment(
      smallExperiment({
        workloads,
        method: [
          {
            phase: 'storm',
            for: '5m',
            faults: [
              { kind: 'kill', nodes: 'c/n1', for: '300ms', every: '1500ms' },
              { kind: 'latency', between: ['clients', 'c/n2'], latency: '100ms', after: '100ms', for: '1m' },
            ],
          },
        ],
      }),
    );

  it.each<[string, RegExp]>([
    ['before the first strike by the clock is proven', /latency .*injecting/],
    ['when one is to be undone', /^kill c\/n1: in force/],
    ['when it strikes again', /^kill c\/n1 \(injection 2\): injecting/],
    ['when it has struck again', /^kill c\/n1 \(injection 2\): in force/],
    ['between two strikes', /^kill c\/n1 \(injection 2\): removed/],
  ])('%s', async (_when, moment) => {
    const running = bench.run(storm());
    await running.sees(moment);
    running.child.kill('SIGINT');
    const { code, report, timeline } = await running.ends();
    expect(code, timeline).toBe(130);
    expect(report).toMatchObject({ verdict: 'interrupted', interrupted: 'SIGINT' });
    for (const fault of report.faults.filter((one) => one.injectedAt !== undefined)) {
      expect(fault.undo.length, fault.title).toBeGreaterThan(0);
      expect(fault.undo.every((step) => step.ok)).toBe(true);
      expect(fault.removed, fault.title).toMatchObject({ proven: true });
    }
  });

  it('kill -9: the guardian undoes the second strike', async () => {
    const running = bench.run(storm());
    await running.sees(/^kill c\/n1 \(injection 2\): in force/);
    running.child.kill('SIGKILL');
    expect(await bench.leftovers()).toEqual([]);
  });
});
