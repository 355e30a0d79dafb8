import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

/** `chaos reduce` on a run of the bench. */
function reduce(...args: string[]): Promise<{ code: number; stderr: string }> {
  const words = ['dist/cli/main.js', 'reduce', ...args, '--out', join(bench.folder, 'reports')];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env: { ...process.env, TMPDIR: bench.temp } }, (error, _, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

it('hands back the smallest experiment that fails alike, which fails as expected when it is run', async () => {
  const kill = { kind: 'kill', nodes: 'c/n2' };
  const file = bench.experiment(
    smallExperiment({
      workloads: {
        publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s' },
        worker: { kind: 'consume', consumer: 'c/s/worker' },
      },
      method: [
        {
          phase: 'down',
          faults: [{ kind: 'latency', between: ['clients', 'c'], latency: '20ms' }, kill],
          for: '2s',
          expect: [{ kind: 'server-healthy', servers: 'c', min: 3 }],
        },
        { phase: 'back', until: 'steady', within: '60s' },
      ],
      checks: [],
    }),
  );
  const { code, timeline } = await bench.run(file).ends();
  expect(code, timeline).toBe(1);

  const reduced = await reduce('latest', '--repeat', '1', '--runs', '8');
  expect(reduced.code, reduced.stderr).toBe(0);
  const findings = join(bench.folder, 'reports/findings');
  const [folder] = readdirSync(findings);
  expect(folder).toBe('expectation-server-healthy-c-min-3-in-down');
  const result = join(findings, folder!, 'experiment.yaml');
  const document = load(readFileSync(result, 'utf8'), { schema: CORE_SCHEMA }) as {
    expect: string;
    method: { faults: unknown[] }[];
  };
  expect(document.expect).toBe('fail');
  expect(document.method.flatMap(({ faults }) => faults)).toEqual([kill]);
  expect(readFileSync(join(findings, folder!, 'README.md'), 'utf8')).toContain('shown in');

  const again = await bench.run(result).ends();
  expect(again.code, again.timeline).toBe(0);
  expect(again.report.expected).toMatchObject({ verdict: 'fail', seen: 'fail' });
  const passed = await reduce(again.report.runId, '--of', 'another');
  expect(passed.stderr).toContain('it has: expectation-server-healthy-c-min-3-in-down');
  expect(passed.code).toBe(64);
});
