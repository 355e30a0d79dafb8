import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';
import { long, MOMENTS } from './moments.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(() => bench.remove());

describe('Ctrl-C: everything is undone, and a report says what was seen until then', () => {
  it.each(MOMENTS)('%s', async (_when, moment, during) => {
    const running = bench.run(long(bench, during));
    await running.sees(moment);
    running.child.kill('SIGINT');
    const { code, report, timeline } = await running.ends();
    expect(code, timeline).toBe(130);
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
    const { code, report, timeline } = await running.ends();
    expect(code, timeline).toBe(130);
    expect(report.findings).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
  });

  it('SIGTERM ends with 143', async () => {
    const running = bench.run(long(bench, 'cut'));
    await running.sees(/partition between .* in force/);
    running.child.kill('SIGTERM');
    expect((await running.ends()).code).toBe(143);
    expect(await bench.leftovers()).toEqual([]);
  });
});
