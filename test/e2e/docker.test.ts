import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../src/support/deadline.ts';
import { leftOnEngine, onEngine, ourImages } from '../support/engine.ts';
import { processesNaming } from '../../src/drivers/undo/reap.ts';
import { Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.remove());

describe('a runner that dies while a network is cut', () => {
  const severed = /the engine has disconnected .* from nats-chaos-/;

  /** Kills the runner once the engine has disconnected nodes. @returns the id of its run and its journal */
  const killWhileCut = async (guardianToo: boolean): Promise<{ runId: string; journal: string }> => {
    const file = resolve('experiments/partition-recovery.yaml');
    const run = bench.run(file, '--free-ports', '--driver', 'docker');
    await run.sees(severed, 120_000);
    const [name = ''] = readdirSync(join(bench.folder, 'reports'));
    const journal = join(bench.folder, 'reports', name, 'journal.ndjson');
    const runId = name.split('-').at(-1) ?? '';
    expect((await onEngine(runId)).length).toBeGreaterThan(15);
    expect(readFileSync(journal, 'utf8')).toMatch(
      /"op":"networks.connect","args":\{.*"ip":"[\d.]+","aliases":/,
    );
    if (guardianToo) {
      const guardians = processesNaming(join(bench.folder, 'reports', name));
      expect(guardians).toHaveLength(1);
      await run.diesWith(guardians);
    } else run.child.kill('SIGKILL');
    return { runId, journal };
  };

  it('leaves nothing: its guardian removes containers, networks and volumes, and keeps the images', async () => {
    const images = await ourImages();
    const { runId, journal } = await killWhileCut(false);
    expect(await leftOnEngine(runId, 20_000)).toEqual([]);
    expect(await bench.leftovers()).toEqual([]);
    // The engine is clean before the guardian has looked twice and says so.
    const log = await until(
      () => {
        const text = readFileSync(join(journal, '../guardian.log'), 'utf8');
        return Promise.resolve(text.includes(' done\n') ? text : null);
      },
      { timeoutMs: 10_000, what: 'the last word of the guardian' },
    );
    expect(log).toMatch(/removed 7 containers, 4 networks, 6 volumes at /);
    expect(await ourImages()).toEqual(expect.arrayContaining(images));
  });

  it('and whose guardian dies as well leaves it to chaos recover', async () => {
    const { runId } = await killWhileCut(true);
    expect((await onEngine(runId)).length).toBeGreaterThan(15);
    const args = [resolve('dist/cli/main.js'), 'recover', '--out', join(bench.folder, 'reports')];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout).toMatch(/removed 7 containers, 4 networks and 6 volumes at /);
    expect(status).toBe(0);
    expect(await onEngine(runId)).toEqual([]);
  });
});
