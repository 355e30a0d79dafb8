import { expect, it } from 'vitest';
import type { AssertionRecord } from '../../src/history/server-assertion.ts';
import { explainRun } from '../../src/report/explain-run.ts';
import { judge } from '../../src/verdict/judge.ts';
import { assertionFindings } from '../../src/verdict/server-assertion.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../report/fixture.ts';
import { cleanRun } from './clean-run.ts';

const violated = (over: Partial<AssertionRecord> = {}): AssertionRecord => ({
  t: 2_000,
  node: 'c/n1',
  message: 'WAL truncate lost commits',
  kind: 'Unreachable',
  violated: true,
  where: 'raft.go:3915 truncateWAL',
  details: { commit: 1442, index: 0 },
  faults: ['partition#1'],
  ...over,
});

/** A run of which nothing else can be said, with these assertions. */
function runWith(...assertions: AssertionRecord[]) {
  const run = cleanRun();
  run.record.assertions = assertions;
  run.findings.unshift(...assertionFindings(run.record));
  return run;
}

it('fails the run, in a headline that has its message, its place and its details once', () => {
  expect(judge(runWith(violated()))).toMatchObject({
    verdict: 'fail',
    headline:
      'server-assertion on WAL truncate lost commits: c/n1 reached what its authors call unreachable (raft.go:3915 truncateWAL), by 2 s, while partition#1 (partition between a and b) was in force: {"commit":1442,"index":0}',
  });
});

it('passes where a fault explains it, is named in the headline, and is no check that passed', () => {
  const { verdict, headline } = judge(runWith(violated({ accepted: 'truncate#1 explains it' })));
  expect(verdict).toBe('pass');
  expect(headline).toContain(', 1 check passed');
  expect(headline).toContain(
    '; servers violated 1 assertion of their own, as faults explain: "WAL truncate lost commits"',
  );
});

it('leaves the stack that some details have to the report', () => {
  const details = {
    err: 'no space left on device',
    stack: 'goroutine 171 [running]:\nruntime/debug.Stack()',
  };
  const { headline } = judge(runWith(violated({ details })));
  expect(headline).toContain('in force: {"err":"no space left on device"}');
});

it('says nothing of assertions that held', () => {
  const run = runWith(violated({ violated: false }));
  expect(judge(run).headline).toBe(judge(cleanRun()).headline);
});

it('is not among the checks that are counted in the words of a run', () => {
  const record = { ...fixtureRecord(), assertions: [violated({ accepted: 'truncate#1 explains it' })] };
  const saved = fixtureRun(record, { findings: [...assertionFindings(record), ...fixtureFindings()] });
  expect(explainRun(saved, 'reports/cut').seen).toContain('5 of 5 checks passed');
});
