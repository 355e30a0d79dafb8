import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftOf, processesNaming } from '../../src/drivers/undo/reap.ts';
import { rulesOfRun } from '../../src/drivers/links/packet-rules.ts';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, Workbench, type ProgramRun } from './harness.ts';

describe('a loss of packets', () => {
  let bench: Workbench;
  beforeEach(async () => {
    bench = new Workbench();
    bench.environment((await smallEnvironment({ clusters: { c: { nodes: ['n1', 'n2', 'n3'] } } })).file);
  });
  afterEach(async () => {
    expect(await bench.leftovers()).toEqual([]);
    bench.remove();
  });

  /** A run with the fault in force, and its folder, by whose name its rules are found. */
  const striking = async (): Promise<{ running: ProgramRun; folder: string }> => {
    const running = bench.run(
      bench.experiment(
        smallExperiment({
          checks: [],
          workloads: { publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' } },
          method: [
            {
              phase: 'lossy',
              faults: [{ kind: 'packet-loss', between: ['c/n1', ['c/n2', 'c/n3']], share: '5%' }],
              for: '60s',
            },
          ],
        }),
      ),
    );
    await running.sees(/loss of 5% of packets .* in force/);
    const [name = ''] = readdirSync(bench.temp);
    const folder = join(bench.temp, name);
    // Two links, two ways each, one rule that counts and one that drops.
    expect(rulesOfRun(folder)).toHaveLength(8);
    return { running, folder };
  };

  it('is undone on Ctrl-C, and proven gone', async () => {
    const { running, folder } = await striking();
    running.child.kill('SIGINT');
    const { code, report, timeline } = await running.ends();
    expect(code, timeline).toBe(130);
    const [fault] = report.faults;
    expect(fault?.inForce?.statement).toMatch(
      /^the kernel has dropped \d+ of \d+ packets \([\d.]+%\), some on each of 2 of 2 links both ways/,
    );
    expect(fault?.removed).toMatchObject({ proven: true });
    expect(rulesOfRun(folder)).toEqual([]);
  });

  it('leaves no rule in the kernel at kill -9 of the runner', async () => {
    const { running, folder } = await striking();
    running.child.kill('SIGKILL');
    await until(() => Promise.resolve(rulesOfRun(folder).length === 0), {
      timeoutMs: 10_000,
      what: 'the guardian to take the rules out',
    });
  });

  it('leaves none either when runner and guardian are both killed and the run is recovered', async () => {
    const { running, folder } = await striking();
    const reports = resolve(bench.folder, 'reports');
    // The guardian is the one process that has the journal on its command line.
    await running.diesWith(processesNaming(reports));
    expect(rulesOfRun(folder)).toHaveLength(8);
    const command = [resolve('dist/cli/main.js'), 'recover', '--out', reports];
    const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
    expect(leftOf(folder)).toEqual([]);
  });
});
