import { exitCodeOf, type Judgement } from './verdict.ts';

/** The verdict that an experiment is there to reach: `fail` for one that shows a known failure. */
export type ExpectedVerdict = 'pass' | 'fail';

/**
 * What a judgement comes to when the experiment expects a failure: found, it is a pass, and its reasons stay to be
 * read; not found, that is a failure of its own. Whatever is no honest verdict stays what it is.
 */
export function asExpected(judgement: Judgement, expected: ExpectedVerdict): Judgement {
  if (expected === 'pass') return judgement;
  if (judgement.verdict === 'fail') {
    const headline = `Failed, as expected: ${judgement.headline}`;
    return { verdict: 'pass', exitCode: exitCodeOf('pass'), headline, reasons: judgement.reasons };
  }
  if (judgement.verdict !== 'pass') return judgement;
  const text = `No longer fails, though the experiment expects it to: ${judgement.headline}`;
  return {
    verdict: 'fail',
    exitCode: exitCodeOf('fail'),
    headline: text,
    reasons: [{ verdict: 'fail', text, source: 'expect' }],
  };
}
