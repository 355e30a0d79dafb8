import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallEnvironment, smallExperiment, Workbench, type ProgramRun } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment()).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

const workloads = {
  publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '50/s' },
  worker: { kind: 'consume', consumer: 'c/s/worker' },
};

/** A phase in which nothing is done, long enough for something to happen to a server by itself. */
function quiet(over: Record<string, unknown> = {}, more: Record<string, unknown> = {}): ProgramRun {
  const steadyState = [{ kind: 'server-healthy', servers: 'c', min: 2, within: '20s' }];
  const method = [{ phase: 'quiet', for: '4s', ...over }];
  const checks = [{ kind: 'no-loss', published: 'publisher', received: ['worker'] }];
  return bench.run(bench.experiment(smallExperiment({ workloads, steadyState, method, checks, ...more })));
}

describe('a server that ends by itself', () => {
  it('fails the run, and says which, how, when and what was in force; nothing is unclean', async () => {
    const run = quiet();
    await run.sees(/quiet: begins/);
    process.kill(bench.serverOf('n2'), 'SIGKILL');
    const { code, report, timeline } = await run.ends();
    expect(report.reasons[0]?.text, timeline).toMatch(
      /^server-crash on c\/n2: the server was ended by SIGKILL, by itself, at .* in phase quiet, while no fault was in force$/,
    );
    expect(report).toMatchObject({ verdict: 'fail', unclean: [], gone: true });
    expect(report.reasons.map(({ verdict }) => verdict)).not.toContain('unclean');
    expect(report.crashes).toMatchObject([
      { node: 'c/n2', kind: 'signal', signal: 'SIGKILL', phase: 'quiet', faults: [] },
    ]);
    // The others went on: what was acknowledged is there, and the check says so.
    expect(report.findings).toMatchObject([
      { check: 'server-crash', verdict: 'fail' },
      { check: 'no-loss', verdict: 'pass' },
    ]);
    expect(code).toBe(1);
  });

  it('is recorded and shown, and is no failure, in a phase that allows it', async () => {
    const run = quiet({ allowCrash: true });
    await run.sees(/quiet: begins/);
    process.kill(bench.serverOf('n2'), 'SIGKILL');
    const { code, report, timeline } = await run.ends();
    expect(report.findings[0], timeline).toMatchObject({
      check: 'server-crash',
      subject: 'c/n2',
      verdict: 'pass',
      statement: expect.stringMatching(/accepted: phase quiet allows it$/) as string,
    });
    expect([report.verdict, code], timeline).toEqual(['pass', 0]);
  });

  it('shows the reason that the server itself printed, and the fault that was in force', async () => {
    const run = quiet({ faults: [{ kind: 'latency', between: ['c/n1', 'c/n3'], latency: '100ms' }] });
    await run.sees(/latency .*: in force/);
    process.kill(bench.serverOf('n3'), 'SIGABRT');
    const { code, report, timeline } = await run.ends();
    expect(report.crashes, timeline).toMatchObject([
      { node: 'c/n3', kind: 'signal', code: 2, faults: ['latency#1'] },
    ]);
    expect(report.findings[0]).toMatchObject({
      statement: expect.stringMatching(
        /exited with code 2: SIGABRT: abort, by itself, .* while latency#1 \(.*\) was in force$/,
      ) as string,
      examples: expect.arrayContaining([expect.objectContaining({ text: 'SIGABRT: abort' })]) as unknown[],
    });
    expect(code).toBe(1);
  });

  it('ends what waits for a cluster that has lost its quorum for good', async () => {
    const run = quiet(
      {},
      {
        steadyState: [{ kind: 'server-healthy', servers: 'c', equals: 3, within: '60s' }],
        method: [
          { phase: 'quiet', for: '3s' },
          { phase: 'recovery', until: 'steady', within: '90s' },
        ],
      },
    );
    await run.sees(/quiet: begins/);
    for (const node of ['n1', 'n2']) process.kill(bench.serverOf(node), 'SIGKILL');
    const { code, report, timeline } = await run.ends();
    const { outcome, note, startedAt = 0, endedAt = 0 } = report.phases[1]!;
    expect([outcome, note], timeline).toEqual([
      'timed-out',
      expect.stringMatching(/^given up, as c has lost too many of its nodes for good/),
    ]);
    expect(endedAt - startedAt).toBeLessThan(45_000);
    expect(report.crashes).toHaveLength(2);
    expect([report.verdict, code]).toEqual(['fail', 1]);
  });
});

it('a server that a fault kills has not ended by itself', async () => {
  const run = quiet({ faults: [{ kind: 'kill', nodes: 'c/n2' }] });
  const { code, report, timeline } = await run.ends();
  expect(report.crashes, timeline).toEqual([]);
  expect([report.verdict, code], timeline).toEqual(['pass', 0]);
});
