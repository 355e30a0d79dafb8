import { describe, expect, it } from 'vitest';
import type { CrashRecord } from '../../src/history/server-crash.ts';
import { judge } from '../../src/verdict/judge.ts';
import { crashFindings } from '../../src/verdict/server-crash.ts';
import { cleanRun } from './clean-run.ts';

const crash = (over: Partial<CrashRecord> = {}): CrashRecord => ({
  t: 2_000,
  node: 'c/n1',
  kind: 'panic',
  text: 'exited with code 2: panic: boom',
  code: 2,
  phase: 'fault',
  faults: ['partition#1'],
  lastLines: ['panic: boom', 'goroutine 1 [running]:'],
  ...over,
});

/** A run of which nothing else can be said, with these crashes. */
function runWith(crashes: CrashRecord[]) {
  const run = cleanRun();
  run.record.crashes = crashes;
  run.findings.unshift(...crashFindings(run.record));
  return run;
}

describe('servers that end by themselves', () => {
  it('are no finding where there are none', () => {
    expect(crashFindings({ crashes: [], faults: [] })).toEqual([]);
    expect(crashFindings({ faults: [] })).toEqual([]);
  });

  it('fail the run, in words that say everything', () => {
    const run = runWith([crash()]);
    const verdict = judge(run);
    expect(verdict).toMatchObject({
      verdict: 'fail',
      exitCode: 1,
      headline:
        'server-crash on c/n1: the server exited with code 2: panic: boom, by itself, at 2 s in phase fault, while partition#1 (partition between a and b) was in force',
    });
    expect(run.findings[0]!.examples.map(({ text }) => text)).toEqual([
      'panic: boom',
      'goroutine 1 [running]:',
    ]);
  });

  it('are not said to end by themselves where somebody must have asked them to', () => {
    const asked = crash({ kind: 'exit', text: 'exited with code 0', code: 0 });
    const [finding] = crashFindings({ crashes: [asked], faults: [] });
    expect(finding).toMatchObject({
      verdict: 'fail',
      statement: expect.stringMatching(
        /^the server exited with code 0, as it does at SIGTERM or SIGINT, and the run had sent neither, at 2 s/,
      ) as string,
    });
  });

  it('are one finding for each node, with all that it did', () => {
    const topology = { clusters: [], links: [], streams: [], services: [{ name: 'api', replicas: [] }] };
    const [ofService] = crashFindings({ crashes: [crash({ node: 'api/2' })], faults: [], topology });
    expect(ofService?.statement).toMatch(/^the service /);
    const findings = crashFindings({ crashes: [crash(), crash({ node: 'c/n2' }), crash()], faults: [] });
    expect(findings.map(({ subject, counts }) => [subject, counts.crashes])).toEqual([
      ['c/n1', 2],
      ['c/n2', 1],
    ]);
  });

  it('pass where they are accepted, say so, and earn no pass of their own', () => {
    const run = runWith([crash({ accepted: 'phase fault allows it' })]);
    expect(run.findings[0]).toMatchObject({ verdict: 'pass', counts: { crashes: 1, accepted: 1 } });
    expect(judge(run)).toMatchObject({
      verdict: 'pass',
      headline: expect.stringContaining(', 1 check passed') as string,
    });
    Object.assign(run, { findings: [run.findings[0]], thresholds: [] });
    Object.assign(run.record, { steadyStateBefore: [], steadyStateAfter: [], drain: undefined });
    for (const phase of run.record.phases) phase.expectations = [];
    expect(judge(run)).toMatchObject({
      verdict: 'inconclusive',
      headline: expect.stringMatching(/^Nothing was claimed/) as string,
    });
  });

  it('make a fault that was undone on them inconclusive, and no unclean run, once everything is removed', () => {
    const run = runWith([crash({ t: 4_200 })]);
    const [fault] = run.record.faults;
    Object.assign(fault!, { targets: ['c/n1'] });
    Object.assign(fault!.removed!, { proven: false, statement: 'c/n1 is down' });
    expect(judge(run).verdict).toBe('unclean');
    run.record.gone = true;
    expect(judge(run)).toMatchObject({
      verdict: 'fail',
      headline: expect.stringMatching(/^server-crash/) as string,
    });
    run.record.crashes![0]!.t = 2_000;
    expect(judge(run).verdict).toBe('unclean');
  });
});

describe('a harness that broke', () => {
  /** Toxiproxy died in the first phase, and what was seen afterwards looks like failures. */
  function broken() {
    const run = cleanRun();
    const { record } = run;
    record.harness = { t: 3_500, since: 3_000, part: 'proxy', text: 'Toxiproxy has died' };
    record.error = { code: 'harness', message: 'Toxiproxy has died' };
    record.gone = true;
    record.phases[0]!.expectations[0]!.outcome = 'violated';
    Object.assign(record.phases[1]!, { outcome: 'timed-out' });
    record.steadyStateAfter[0]!.outcome = 'violated';
    record.stopped = { t: 3_200, probe: 'lag', condition: 'min 5', statement: 'it read 7' };
    run.thresholds[0]!.outcome = 'exceeded';
    Object.assign(record.faults[0]!.undo[0]!, { ok: false, error: 'nobody answers' });
    Object.assign(record.faults[0]!.removed!, { proven: false, statement: '3 of 9' });
    return run;
  }

  it('is an error, and nothing that came of it is called a failure of NATS', () => {
    const verdict = judge(broken());
    expect([verdict.verdict, verdict.exitCode]).toEqual(['error', 3]);
    expect(verdict.reasons.map((reason) => reason.verdict)).not.toContain('fail');
    expect(verdict.reasons.map((reason) => reason.verdict)).not.toContain('unclean');
  });

  it('leaves what failed before as what it was', () => {
    const run = broken();
    run.record.harness!.since = 8_000;
    const fails = judge(run).reasons.filter((reason) => reason.verdict === 'fail');
    expect(fails.map(({ source }) => source)).toContain('phase fault');
    expect(judge(run).verdict).toBe('error');
  });

  it('is unclean all the same where something is left', () => {
    const run = broken();
    run.record.gone = false;
    expect(judge(run).verdict).toBe('unclean');
  });

  it('excuses only what the broken part would have undone', () => {
    const run = broken();
    run.record.faults[0]!.undo[0]!.record.op = 'packets.release';
    expect(judge(run).verdict).toBe('unclean');
    run.record.harness!.part = 'engine';
    expect(judge(run).verdict).toBe('error');
  });
});
