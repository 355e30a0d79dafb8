import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runAction, type ActionEnd } from '../support/action.ts';
import { until } from '../../src/support/deadline.ts';
import { smallEnvironment, smallExperiment, Workbench } from './harness.ts';
import { long } from './moments.ts';

const NATS = process.env.CHAOS_TEST_NATS ?? '2.12';
const REPORTS = 'chaos-reports';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

/** The action in the folder of the bench; nothing of the runner's is inherited but what it gives. */
function action(
  inputs: Record<string, string>,
  onScript?: (name: string, script: ChildProcess) => void,
): Promise<ActionEnd> {
  const all = { experiments: 'experiments/small.yaml', nats: NATS, 'node-version': '', ...inputs };
  return runAction(bench.folder, all, onScript);
}

const EXPECTS_TOO_MUCH = {
  method: [
    {
      phase: 'work',
      until: [{ kind: 'workload-progress', workload: 'worker', equals: 100 }],
      within: '30s',
      expect: [{ kind: 'stream-messages', stream: 'c/s', equals: 77 }],
    },
  ],
};

it('passes with a summary and reports, and fails on a regression against what it kept', async () => {
  bench.experiment(smallExperiment());
  const baseline = { baseline: REPORTS, tolerance: '10000%' };
  const good = await action(baseline);
  expect(good.code, good.said).toBe(0);
  expect(good.said).toContain(`::notice::${REPORTS} holds no matrix yet`);
  expect(good.summary).toMatch(/^## ✔ PASS/m);
  const reports = join(bench.folder, REPORTS);
  expect(good.outputs).toEqual({ 'exit-code': '0', reports });
  expect(good.used.at(-1)).toMatchObject({ with: { name: 'nats-chaos', path: reports } });
  expect(readFileSync(join(reports, 'junit.xml'), 'utf8')).toContain('<testcase');

  const same = await action(baseline);
  expect(same.code, same.said).toBe(0);
  expect(existsSync(join(reports, 'comparison.html'))).toBe(true);
  expect(same.summary.match(/^#+ .*/gm)?.length).toBeGreaterThan(1);

  bench.experiment(smallExperiment(EXPECTS_TOO_MUCH));
  const bad = await action(baseline);
  expect(bad.code, bad.said).toBe(1);
  expect(bad.outputs['exit-code']).toBe('1');
  expect(bad.summary).toMatch(/^## ✘ FAIL/m);
  expect(bad.summary).toMatch(/regression/i);
  expect(bad.said).toMatch(/^::error file=experiments\/small\.yaml,line=/m);
  expect(bad.used).toHaveLength(1);
});

it('fails for what passes and became slower, unless it is told not to', async () => {
  bench.experiment(frozenFor('300ms'));
  expect((await action({})).code).toBe(0);
  const [first] = readdirSync(join(bench.folder, REPORTS)).filter((name) => /^\d/.test(name));
  bench.experiment(frozenFor('3s'));
  const slower = { baseline: `${REPORTS}/${first!}`, tolerance: '50%' };
  const shown = await action({ ...slower, 'fail-on-regression': 'false' });
  expect(shown.code, shown.said).toBe(0);
  expect(shown.summary).toMatch(/regression/i);
  const bad = await action(slower);
  expect(bad.code, bad.said).toBe(1);
  expect(bad.summary).toMatch(/^## ✔ PASS/m);
});

/** Nobody can publish for so long. */
function frozenFor(time: string): Record<string, unknown> {
  return smallExperiment({
    workloads: {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    },
    method: [
      { phase: 'frozen', for: time, faults: [{ kind: 'pause', nodes: 'c/s@leader' }] },
      { phase: 'back', until: 'steady', within: '60s' },
    ],
  });
}

it('undoes its runs when the job is cancelled, of which only the script hears', async () => {
  long(bench, 'cut');
  let cancelled: Promise<void> | undefined;
  const end = await action({}, (name, script) => {
    if (name === 'Run the experiments') cancelled = inForce().then(() => void script.kill('SIGINT'));
  });
  await cancelled;
  expect(end.code, end.said).toBe(143);
  expect(await bench.leftovers()).toEqual([]);
});

/** What is undone is journalled just before it is done. */
async function inForce(): Promise<void> {
  const reports = join(bench.folder, REPORTS);
  const journals = () =>
    existsSync(reports)
      ? readdirSync(reports, { recursive: true, encoding: 'utf8' }).filter((path) =>
          path.endsWith('journal.ndjson'),
        )
      : [];
  const isInjected = () =>
    journals().some((path) => readFileSync(join(reports, path), 'utf8').includes('"partition'));
  await until(() => Promise.resolve(isInjected()), { timeoutMs: 60_000, what: 'the fault' });
}

it('takes hostile inputs for names, and leaves no credentials behind', async () => {
  bench.experiment(smallExperiment());
  const hostile = `$(touch pwned)\n"; touch pwned; "\n\`touch pwned\`\n--out=/tmp`;
  for (const name of [
    'experiments',
    'nats',
    'repeat',
    'driver',
    'environment',
    'suite',
    'arguments',
    'queue',
    'reports',
    'baseline',
  ]) {
    const end = await action({ [name]: hostile, 'queue-credentials': 'secret' });
    expect(end.code, `${name}: ${end.said}`).toBeGreaterThan(0);
    expect(existsSync(join(bench.folder, 'pwned')), name).toBe(false);
    expect(readdirSync(join(bench.folder, 'runner')).filter((file) => file.endsWith('.creds'))).toEqual([]);
    expect(end.said).not.toContain('secret');
  }
});
