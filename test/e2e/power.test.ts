import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftOf, processesNaming } from '../../src/drivers/undo/reap.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

describe('a power failure', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = new Workbench();
    bench.environment((await smallEnvironment({ clusters: { c: { nodes: ['n1', 'n2', 'n3'] } } })).file);
  });
  afterEach(async () => {
    expect(await bench.leftovers()).toEqual([]);
    bench.remove();
  });

  const failure = (seconds: number): string =>
    bench.experiment(
      smallExperiment({
        maxNodesDown: 3,
        checks: [],
        workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' } },
        method: [
          { phase: 'dark', faults: [{ kind: 'power-failure', nodes: 'c@all' }], for: `${seconds}s` },
          { phase: 'light', for: '1s' },
        ],
      }),
    );

  it('is undone on Ctrl-C: mounted, running and proven before everything is taken down', async () => {
    const running = bench.run(failure(60));
    await running.sees(/power failure .* in force/);
    expect(leftOf(bench.temp).filter((text) => text.includes('mounted'))).toHaveLength(3);
    running.child.kill('SIGINT');
    const { code, report, timeline } = await running.ends();
    expect(code, timeline).toBe(130);
    expect(report.faults[0]?.removed?.proven).toBe(true);
    expect(report.faults[0]?.removed?.statement).toMatch(
      /mounted again, and a file .* not synced before is lost/,
    );
  });

  it('leaves no mount and no device when runner and guardian are both killed and the run is recovered', async () => {
    const running = bench.run(failure(60));
    await running.sees(/power failure .* in force/);
    const reports = resolve(bench.folder, 'reports');
    // The guardian is the one process that has the journal on its command line.
    await running.diesWith(processesNaming(reports));
    const command = [resolve('dist/cli/main.js'), 'recover', '--out', reports];
    const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
    expect(leftOf(bench.temp)).toEqual([]);
  });

  it('leaves nothing behind at kill -9 of the runner at random moments', () => {
    const command = [resolve('bench/kill-nine.mjs'), '3', '5', '--power'];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^3 of 3 left nothing behind/m);
    expect(status).toBe(0);
  }, 300_000);
});
