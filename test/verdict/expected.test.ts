import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/checkers/checker.ts';
import { judge } from '../../src/verdict/judge.ts';
import { asExpected, type Expect } from '../../src/verdict/expected.ts';
import { SERVER_CRASH } from '../../src/verdict/server-crash.ts';
import { exitCodeOf, VERDICT_ORDER, type Judgement, type Verdict } from '../../src/verdict/verdict.ts';
import { cleanRun } from './clean-run.ts';
import { FLAWS } from './flaws.ts';

const judgement = (verdict: Verdict): Omit<Judgement, 'expected'> => ({
  verdict,
  exitCode: exitCodeOf(verdict),
  headline: 'It is so',
  reasons: verdict === 'pass' ? [] : [{ verdict, text: 'It is so', source: 'run' }],
});

const lossy = () => {
  const run = cleanRun();
  FLAWS.find((flaw) => flaw.name === 'a check fails')!.apply(run);
  return run;
};

describe('an experiment that expects a failure', () => {
  it.each<[Verdict, Verdict, number]>([
    ['pass', 'fail', 1],
    ['fail', 'pass', 0],
    ['inconclusive', 'inconclusive', 2],
    ['error', 'error', 3],
    ['unclean', 'unclean', 4],
    ['interrupted', 'interrupted', 130],
  ])('%s becomes %s', (verdict, becomes, exitCode) => {
    expect(asExpected(judgement(verdict), 'fail', '2.12.15')).toMatchObject({
      verdict: becomes,
      exitCode,
      expected: { verdict: 'fail', seen: verdict },
    });
  });

  it('says so, and keeps the reasons to be read', () => {
    expect(judge({ ...lossy(), expect: 'fail' })).toEqual({
      verdict: 'pass',
      exitCode: 0,
      headline: 'Failed, as expected: no-loss on publish: 1 lost',
      reasons: [{ verdict: 'fail', text: 'no-loss on publish: 1 lost', source: 'check no-loss' }],
      expected: { verdict: 'fail', seen: 'fail' },
    });
  });

  it('says when there is nothing to fail any more', () => {
    const { verdict, headline, reasons } = judge({ ...cleanRun(), expect: 'fail' });
    expect(verdict).toBe('fail');
    expect(headline).toMatch(/^No longer fails/);
    expect(reasons).toEqual([{ verdict: 'fail', text: headline, source: 'expect' }]);
  });
});

describe('a server that ends by itself is not the failure that an experiment is there to show', () => {
  const crashed = () => {
    const run = cleanRun();
    run.record.versions = { 'nats-server': '2.12.15' };
    run.findings = [...run.findings, crash];
    return run;
  };
  const crash: Finding = {
    check: SERVER_CRASH,
    subject: 'c/n1',
    verdict: 'fail',
    statement: 'the server panicked, by itself',
    counts: { crashes: 1, accepted: 0 },
    examples: [],
  };

  it.each<Expect>(['fail', 'either', { otherwise: 'fail' }])('alone, where %j is expected', (expects) => {
    const { verdict, exitCode, headline, reasons, expected } = judge({ ...crashed(), expect: expects });
    expect([verdict, exitCode, expected.seen]).toEqual(['fail', 1, 'fail']);
    expect(headline).toMatch(
      /^A server crashed, and the expected failure was not seen: server-crash on c\/n1/,
    );
    expect(reasons).toMatchObject([{ source: `check ${SERVER_CRASH}` }]);
  });

  it('and takes nothing from a failure that was seen too', () => {
    const run = lossy();
    run.findings = [crash, ...run.findings];
    const { verdict, headline, reasons } = judge({ ...run, expect: 'fail' });
    expect(verdict).toBe('pass');
    expect(headline).toBe('Failed, as expected: no-loss on publish: 1 lost; a server crashed too');
    expect(reasons.map(({ source }) => source)).toContain(`check ${SERVER_CRASH}`);
  });

  it('and one that a phase allows for leaves the experiment without its failure', () => {
    const run = cleanRun();
    run.findings = [...run.findings, { ...crash, verdict: 'pass' }];
    expect(judge({ ...run, expect: 'fail' }).headline).toMatch(/^No longer fails/);
  });

  it('and is a failure like any other where a pass is expected', () => {
    expect(judge({ ...crashed(), expect: 'pass' }).headline).toMatch(/^server-crash on c\/n1/);
  });
});

describe('an experiment that fails now and then', () => {
  it.each<[Verdict, Verdict, number]>([
    ['pass', 'pass', 0],
    ['fail', 'pass', 0],
    ['inconclusive', 'inconclusive', 2],
    ['error', 'error', 3],
    ['unclean', 'unclean', 4],
    ['interrupted', 'interrupted', 130],
  ])('%s becomes %s', (verdict, becomes, exitCode) => {
    expect(asExpected(judgement(verdict), 'either', '2.12.15')).toMatchObject({
      verdict: becomes,
      exitCode,
      expected: { verdict: 'either', seen: verdict },
    });
  });

  it('says which it was, and keeps the reasons to be read', () => {
    expect(judge({ ...lossy(), expect: 'either' })).toMatchObject({
      headline: 'Failed, which may be: no-loss on publish: 1 lost',
      reasons: [{ source: 'check no-loss' }],
    });
    expect(judge({ ...cleanRun(), expect: 'either' })).toMatchObject({
      headline: expect.stringMatching(/^Did not fail this time: The steady state held/) as string,
      reasons: [],
    });
  });
});

describe('what is expected depends on the version', () => {
  const expect_: Expect = { '<2.10.23': 'fail', '2.12': 'either', '>=2.14': 'pass' };

  it.each<[Verdict, string, Verdict, string, string | undefined]>([
    ['fail', '2.10.22', 'pass', 'fail', '<2.10.23'],
    ['pass', '2.10.22', 'fail', 'fail', '<2.10.23'],
    ['fail', '2.12.15', 'pass', 'either', '2.12'],
    ['fail', '2.14.0', 'fail', 'pass', '>=2.14'],
    ['pass', '2.15.2', 'pass', 'pass', '>=2.14'],
    ['fail', '2.10.23', 'fail', 'none', undefined],
    ['pass', '2.13.0', 'pass', 'none', undefined],
  ])('%s on %s becomes %s', (seen, version, becomes, verdict, versions) => {
    const found = asExpected(judgement(seen), expect_, version);
    expect(found.verdict).toBe(becomes);
    expect(found.exitCode).toBe(exitCodeOf(becomes));
    expect(found.expected).toEqual({ verdict, seen, ...(versions === undefined ? {} : { versions }) });
  });

  it('with a word for all the others', () => {
    const others: Expect = { otherwise: 'fail', '2.10': 'pass' };
    expect(asExpected(judgement('fail'), others, '2.12.15')).toMatchObject({
      verdict: 'pass',
      expected: { verdict: 'fail', versions: 'otherwise' },
    });
    expect(asExpected(judgement('fail'), others, '2.10.29').verdict).toBe('fail');
  });

  it('and nothing is expected of a server that never came up', () => {
    expect(asExpected(judgement('error'), { otherwise: 'fail' }, undefined)).toEqual({
      ...judgement('error'),
      expected: { verdict: 'none', seen: 'error' },
    });
  });

  it('is told by the servers that ran', () => {
    const run = lossy();
    run.record.versions = { 'nats-server': '2.10.22' };
    expect(judge({ ...run, expect: expect_ })).toMatchObject({ verdict: 'pass', expected: { seen: 'fail' } });
    run.record.versions = { 'nats-server': '2.15.2' };
    expect(judge({ ...run, expect: expect_ })).toMatchObject({ verdict: 'fail', expected: { seen: 'fail' } });
  });
});

it('changes nothing where a pass is expected', () => {
  for (const verdict of VERDICT_ORDER) {
    const before = judgement(verdict);
    const expected = { verdict: 'pass', seen: verdict };
    expect(asExpected(before, 'pass', '2.12.15')).toEqual({ ...before, expected });
  }
});
