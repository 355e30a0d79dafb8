import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadExperiment, type LoadedExperiment } from '../../src/experiment/load.ts';
import { InvalidFileError } from '../../src/experiment/source/problem.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { driverOffer } from '../../src/plan/driver-offer.ts';

const root = join(import.meta.dirname, '../..');
const load = (file: string, env = {}): LoadedExperiment => loadExperiment(file, { env, cwd: root });
const process = driverOffer('process');

describe('the plan of partition-recovery', () => {
  const plan = buildPlan(load('experiments/partition-recovery.yaml'), process);

  it('derives how mirrors reach their origins', () => {
    const mirror = plan.spec.streams.find((stream) => stream.address === 'qa1a/qa_mirror_qa1b');
    expect(mirror).toMatchObject({
      cluster: 'qa1a',
      name: 'qa_mirror_qa1b',
      account: 'APP',
      replicas: 3,
      subjects: [],
      mirror: { cluster: 'qa1b', stream: 'qa', externalApi: '$JS.qa1b.API' },
    });
  });

  it('reads each probe once, however many ask for it', () => {
    const ids = plan.probes.map((probe) => probe.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('mirror-lag qa1a/qa_mirror_qa1b');
    const used = [plan.steadyState, ...plan.phases.map((phase) => phase.expectations)].flat();
    expect(ids).toEqual(expect.arrayContaining(used.map((one) => one.probe)));
  });

  it('has numbered faults with titles, and conditions apart from options', () => {
    expect(plan.phases[1]?.faults).toEqual([
      {
        id: 'partition#1',
        kind: 'partition',
        title: 'partition between qa1a and qa1b',
        keep: false,
        onConflict: 'end',
        options: {
          kind: 'partition',
          between: ['qa1a', 'qa1b'],
          direction: 'both',
          mode: 'reset',
          keep: false,
        },
      },
    ]);
    expect(plan.steadyState[2]).toEqual({
      probe: 'mirror-lag qa1a/qa_mirror_qa1b',
      condition: { max: 10, within: 20_000 },
    });
    expect(plan.phases.map((phase) => [phase.name, phase.forMs, phase.withinMs])).toEqual([
      ['baseline', undefined, 30_000],
      ['partition', undefined, 30_000],
      ['recovery', undefined, 180_000],
      ['afterwards', undefined, 30_000],
    ]);
  });

  it('knows whom each workload connects as, and the limits', () => {
    expect(plan.workloads.map((one) => [one.name, one.target, one.account])[0]).toEqual([
      'publish-qa1a',
      'qa1a/qa',
      'APP',
    ]);
    expect(plan.thresholds).toEqual([{ metric: 'recovery-time', phase: 'recovery', maxMs: 60_000 }]);
  });

  it('survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('can be read by people', async () => {
    await expect(`${describePlan(plan)}\n`).toMatchFileSnapshot('../fixtures/partition-recovery.plan.txt');
  });

  it('says where servers may end by themselves', () => {
    const [first, ...rest] = plan.phases;
    const phases = [{ ...first!, allowCrash: true }, ...rest];
    expect(describePlan({ ...plan, phases })).toContain('allow   servers that end by themselves');
    expect(describePlan(plan)).not.toContain('allow ');
  });

  it('says what links between containers are cut with', () => {
    expect(describePlan({ ...plan, driver: 'docker' })).toContain(
      "faults on links are made by Toxiproxy, packet-loss by rules of the kernel's packet filter; a cut of all links between two clusters (mode: reset) also by the engine",
    );
  });
});

describe('a plan with faults by the clock, and with a choice', () => {
  const plan = buildPlan(load('test/fixtures/good/schedules.yaml'), process);

  it('has their times as numbers, and chooses nothing yet', () => {
    expect(plan.phases[0]?.faults).toMatchObject([
      { id: 'kill#1', forMs: 2000, everyMs: 10_000 },
      { id: 'kill#2', afterMs: 5000, forMs: 5000 },
      { id: 'pause#1', afterMs: 15_000, forMs: 1000, everyMs: 2000 },
      { id: 'partition#1', afterMs: 19_000, keep: true },
    ]);
    expect(plan.phases[0]?.faults[0]).not.toHaveProperty('afterMs');
    expect(plan.phases[1]?.faults).toMatchObject([
      {
        id: 'choose#1',
        count: 1,
        of: [{ id: 'kill#3', afterMs: 2000 }, { id: 'stop#1' }, { id: 'latency#1', afterMs: 0 }],
      },
    ]);
  });

  it('can be read by people', () => {
    const text = describePlan(plan);
    expect(text).toContain(
      'fault   kill east/e1, for 2 s, every 10 s, skipped where it meets another fault\n',
    );
    expect(text).toContain('after 19 s (kept after the phase)\n');
    expect(text).toContain('choose  1 of these 3, by the seed\n    fault   kill east/orders/worker@leader,');
  });
});

describe('a plan for a super-cluster', () => {
  const plan = buildPlan(load('test/fixtures/good/gateway.yaml'), process);

  it('has mirrors across gateways that need nothing to reach their origins', () => {
    const mirror = plan.spec.streams.find((stream) => stream.address === 'west/copy');
    expect(mirror?.mirror).toEqual({ cluster: 'east', stream: 'orders' });
  });

  it('counts a link each way between the nodes of its clusters', () => {
    const text = describePlan(plan);
    expect(text).toContain('gateway between east and west\n');
    expect(text).toContain('0 pairs of nodes within clusters, 2 between clusters, 2 from clients');
  });
});

it('says what is expected, by version where it depends on that', () => {
  const plan = buildPlan(load('experiments/partition.yaml'), process);
  const told = (expected: typeof plan.expect): string => describePlan({ ...plan, expect: expected });
  expect(told('pass')).not.toContain('expected');
  expect(told('either')).toContain('\nexpected to fail now and then: the run passes either way\n');
  expect(told({ '<2.10.23': 'fail', otherwise: 'pass' })).toContain(
    [
      'by version of nats-server',
      '  on <2.10.23: expected to fail: the run passes when it does',
      '  otherwise: expected to pass',
    ].join('\n'),
  );
});

describe('a plan is refused, with everything that is in the way,', () => {
  it('when the driver lacks a power', () => {
    const weak = { driver: 'weak', capabilities: ['processes'] as const, links: ['leafnode'] };
    expect(() => buildPlan(load('experiments/partition.yaml'), weak)).toThrow(
      /^experiments\/partition\.yaml:\d+:14: the weak driver lacks the capability links, which the fault partition needs/,
    );
  });

  it('when an environment wants links that the driver cannot make', () => {
    const weak = { driver: 'weak', capabilities: [], links: ['leafnode'] };
    let thrown: unknown;
    try {
      buildPlan(load('test/fixtures/good/gateway.yaml'), weak);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidFileError);
    expect(thrown).toMatchObject({
      code: 'unavailable',
      problems: [
        {
          file: 'test/fixtures/good/environments/super.yaml',
          line: 7,
          message: 'the weak driver does not support gateway links yet',
        },
      ],
    });
  });

  it('when storage would be rolled back under servers that sync every write', () => {
    expect(() => buildPlan(load('test/fixtures/good/rollback.yaml'), process)).toThrow(
      /^test\/fixtures\/good\/rollback\.yaml:13:9: a and b: every write is synced there[^\n]*proves nothing about the servers\n[^\n]*\n[^\n]*$/,
    );
  });

  it('when a fault that may be chosen lacks a power', () => {
    const weak = { driver: 'weak', capabilities: ['processes'] as const, links: ['leafnode'] };
    expect(() => buildPlan(load('test/fixtures/good/schedules.yaml'), weak)).toThrow(
      /schedules\.yaml:15:9: the weak driver lacks the capability links, which the fault partition[^]*schedules\.yaml:24:13: the weak driver lacks the capability links, which the fault latency needs/,
    );
  });

  it('when there is no such driver', () => {
    expect(() => driverOffer('dcoker')).toThrow('there is no driver "dcoker"');
  });
});

it('keeps two probes apart that differ in an option', () => {
  const plan = buildPlan(load('test/fixtures/good/two-probes.yaml'), process);
  expect(plan.probes.map((probe) => probe.id)).toEqual([
    'mirror-state west/copy',
    'mirror-state west/copy (staleAfter 9000)',
  ]);
});

it('reads each of several servers by itself, and demands the condition of each', () => {
  const plan = buildPlan(load('test/fixtures/good/several-servers.yaml'), process);
  expect(plan.probes.map(({ id }) => id)).toEqual([
    'server-healthy east',
    'server-healthy west/w1',
    'server-healthy east/e1',
    'server-healthy east/e2',
    'server-healthy west',
    'server-healthy far',
  ]);
  expect(plan.steadyState).toEqual([
    { probe: 'server-healthy east', condition: { min: 1 } },
    { probe: 'server-healthy west/w1', condition: { min: 1 } },
    { probe: 'server-healthy east', condition: { equals: 3 } },
  ]);
  expect(plan.phases[0]?.until).toHaveLength(2);
  expect(plan.probes.every(({ options }) => typeof options.servers === 'string')).toBe(true);
});

it('has a secret where the driver needs it, and nowhere in the sources it keeps', () => {
  const loaded = load('test/fixtures/good/secret.yaml', { APP_PASSWORD: 'hush-hush' });
  const plan = buildPlan(loaded, process);
  expect(plan.spec.accounts[0]?.users).toEqual([{ name: 'app', password: 'hush-hush' }]);
  expect(plan.environment.source).not.toContain('hush-hush');
  expect(loaded.redact(JSON.stringify(plan))).not.toContain('hush-hush');
});
