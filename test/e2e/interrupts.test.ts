import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(() => bench.remove());

/** Phases with a fault of another kind in each: one with all the time there is to interrupt it, the others short. */
const long = (during?: string): string => {
  const lasts = (phase: string): { phase: string; for: string } => ({
    phase,
    for: phase === during ? '5m' : '300ms',
  });
  return bench.experiment(
    smallExperiment({
      workloads: {
        publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
        worker: { kind: 'consume', consumer: 'c/s/worker' },
      },
      method: [
        { ...lasts('cut'), faults: [{ kind: 'partition', between: ['c/n1', ['c/n2', 'c/n3']] }] },
        { ...lasts('slow'), faults: [{ kind: 'latency', between: ['clients', 'c'], latency: '20ms' }] },
        { ...lasts('frozen'), faults: [{ kind: 'pause', nodes: 'c/s@follower' }] },
        { ...lasts('down'), faults: [{ kind: 'kill', nodes: 'c/s@leader' }] },
        { phase: 'back', until: 'steady', within: '60s' },
      ],
    }),
  );
};

const MOMENTS: [when: string, moment: RegExp, during?: string][] = [
  ['while the servers start', /^starting 3 servers/],
  ['while JetStream is waited for', /waiting for JetStream/],
  ['when the workloads have just started', /workloads started/],
  ['in a partition', /partition between .* in force/, 'cut'],
  ['while a partition is healed', /partition between .* removed/],
  ['with latency', /latency of .* in force/, 'slow'],
  ['with a node frozen', /pause .* in force/, 'frozen'],
  ['with a node killed', /kill .* in force/, 'down'],
  ['while it waits for the steady state', /^back: begins/],
];

describe('Ctrl-C: everything is undone, and a report says what was seen until then', () => {
  it.each(MOMENTS)('%s', async (_when, moment, during) => {
    const running = bench.run(long(during));
    await running.sees(moment);
    running.child.kill('SIGINT');
    const { code, report, story } = await running.ends();
    expect(code, story).toBe(130);
    expect(report).toMatchObject({ verdict: 'interrupted', interrupted: 'SIGINT' });
    expect(report.timeline.some((entry) => moment.test(entry.text))).toBe(true);
    for (const fault of report.faults.filter((f) => f.injectedAt !== undefined)) {
      expect(fault.undo.length, fault.title).toBeGreaterThan(0);
      expect(fault.undo.every((step) => step.ok)).toBe(true);
      expect(fault.removed, fault.title).toMatchObject({ proven: true });
    }
    expect(await bench.leftovers()).toEqual([]);
    expect(readdirSync(join(bench.folder, 'reports')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('at the drain', async () => {
    const slow = bench.experiment(
      smallExperiment({
        workloads: {
          publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', count: 200, interval: '1ms' },
          worker: { kind: 'consume', consumer: 'c/s/worker', processing: '50ms' },
        },
        method: [
          {
            phase: 'work',
            until: [{ kind: 'workload-progress', workload: 'publisher', equals: 200 }],
            within: '30s',
          },
        ],
      }),
    );
    const running = bench.run(slow);
    await running.sees(/holds after the method/);
    running.child.kill('SIGINT');
    const { code, report, story } = await running.ends();
    expect(code, story).toBe(130);
    expect(report.findings).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('SIGTERM ends with 143', async () => {
    const running = bench.run(long('cut'));
    await running.sees(/partition between .* in force/);
    running.child.kill('SIGTERM');
    expect((await running.ends()).code).toBe(143);
    expect(await bench.leftovers()).toEqual([]);
  });
});

describe('kill -9 of the runner', () => {
  it.each(MOMENTS.slice(0, 8))(
    '%s: the guardian stops and removes everything',
    async (_when, moment, during) => {
      const running = bench.run(long(during));
      await running.sees(moment);
      running.child.kill('SIGKILL');
      expect(await bench.leftovers()).toEqual([]);
      const [folder = ''] = readdirSync(join(bench.folder, 'reports'));
      const log = join(bench.folder, 'reports', folder, 'guardian.log');
      await until(() => Promise.resolve(existsSync(log) && readFileSync(log, 'utf8').includes('done')), {
        timeoutMs: 5000,
        what: 'the last word of the guardian',
      });
    },
  );
});
