import { describe, expect, it } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { asExpected } from '../../src/verdict/expected.ts';
import { exitCodeOf, VERDICT_ORDER, type Judgement, type Verdict } from '../../src/verdict/verdict.ts';
import { cleanRun } from './clean-run.ts';
import { FLAWS } from './flaws.ts';

const judgement = (verdict: Verdict): Judgement => ({
  verdict,
  exitCode: exitCodeOf(verdict),
  headline: 'It is so',
  reasons: verdict === 'pass' ? [] : [{ verdict, text: 'It is so', source: 'run' }],
});

describe('an experiment that expects a failure', () => {
  it.each<[Verdict, Verdict, number]>([
    ['pass', 'fail', 1],
    ['fail', 'pass', 0],
    ['inconclusive', 'inconclusive', 2],
    ['error', 'error', 3],
    ['unclean', 'unclean', 4],
    ['interrupted', 'interrupted', 130],
  ])('%s becomes %s', (verdict, becomes, exitCode) => {
    expect(asExpected(judgement(verdict), 'fail')).toMatchObject({ verdict: becomes, exitCode });
  });

  it('says so, and keeps the reasons to be read', () => {
    const run = cleanRun();
    FLAWS.find((flaw) => flaw.name === 'a check fails')!.apply(run);
    expect(judge({ ...run, expected: 'fail' })).toEqual({
      verdict: 'pass',
      exitCode: 0,
      headline: 'Failed, as expected: no-loss on publish: 1 lost',
      reasons: [{ verdict: 'fail', text: 'no-loss on publish: 1 lost', source: 'check no-loss' }],
    });
  });

  it('says when there is nothing to fail any more', () => {
    const { verdict, headline, reasons } = judge({ ...cleanRun(), expected: 'fail' });
    expect(verdict).toBe('fail');
    expect(headline).toMatch(/^No longer fails/);
    expect(reasons).toEqual([{ verdict: 'fail', text: headline, source: 'expect' }]);
  });
});

it('changes nothing where a pass is expected', () => {
  for (const verdict of VERDICT_ORDER) {
    const before = judgement(verdict);
    expect(asExpected(before, 'pass')).toBe(before);
  }
});
