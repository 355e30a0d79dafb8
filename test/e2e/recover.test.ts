import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment(
    (await smallEnvironment({ clusters: { c: { nodes: ['n1', 'n2', 'n3'] } }, links: 'all' })).file,
  );
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const reports = (): string => join(bench.folder, 'reports');

function recover(...args: string[]): { code: number | null; said: string } {
  const command = [resolve('dist/cli/main.js'), 'recover', ...args, '--out', reports()];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

const until = (name: string): string =>
  bench.experiment(
    smallExperiment({
      name,
      workloads: {
        publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
        worker: { kind: 'consume', consumer: 'c/s/worker' },
      },
      method: [{ phase: 'down', faults: [{ kind: 'pause', nodes: 'c/s@leader' }], for: '60s' }],
    }),
  );

it('takes down what a runner has left whose guardian is gone too, and touches no other run', async () => {
  const killed = bench.run(until('killed'));
  await killed.sees(/pause .* in force/);
  // The guardian is the one process that has the journal on its command line.
  await killed.diesWith(processesNaming(reports()));
  const going = bench.run(until('going'));
  await going.sees(/pause .* in force/);
  const before = processesNaming(bench.temp).length;

  const { code, said } = recover();
  expect(code, said).toBe(0);
  expect(said).toMatch(/killed-\w+-recovered: ended 4 processes \(.*\); removed .*nats-chaos-/);
  expect(said).toMatch(/\.running-\S+-going-\w+: left alone: it is still going on in process \d+/);
  expect(processesNaming(bench.temp)).toHaveLength(before - 4);
  expect(readdirSync(reports()).filter((name) => name.includes('killed'))).toEqual([
    expect.stringMatching(/^\d\S+-killed-\w{8}-recovered$/),
  ]);
  const again = recover();
  expect(again).toMatchObject({ code: 0, said: expect.not.stringContaining('killed') as string });

  going.child.kill('SIGINT');
  expect((await going.ends()).report.faults[0]).toMatchObject({ removed: { proven: true } });
  expect(recover()).toMatchObject({ code: 0, said: expect.stringContaining('nothing to recover') as string });
});

it('takes down what --keep has left up, once it is asked to by name', async () => {
  const running = bench.run(
    bench.experiment(
      smallExperiment({
        checks: [],
        steadyState: [{ kind: 'stream-messages', stream: 'c/s', min: 1, within: '1s' }],
        workloads: {},
        method: [{ phase: 'never', for: '1s' }],
      }),
    ),
    '--keep',
  );
  const { code, folder } = await running.ends();
  expect(code).toBe(2);
  expect(processesNaming(bench.temp)).toHaveLength(4);
  expect(recover()).toMatchObject({ code: 0, said: expect.stringContaining('left up on purpose') as string });
  expect(processesNaming(bench.temp)).toHaveLength(4);
  const { code: recovered, said } = recover(folder);
  expect(recovered, said).toBe(0);
  expect(said).toMatch(/ended 4 processes/);
  expect(recover(folder)).toMatchObject({
    code: 0,
    said: expect.stringContaining('nothing was left') as string,
  });
});
