import { inRange, parseRange } from '../support/version-range.ts';
import { exitCodeOf, type Expected, type ExpectedVerdict, type Judgement } from './verdict.ts';

/**
 * The verdict that an experiment is there to reach: one for all versions of nats-server, or one for each range of
 * them, with `otherwise` for those that no range covers.
 */
export type Expect = ExpectedVerdict | Readonly<Record<string, ExpectedVerdict>>;

/**
 * What a judgement comes to when the experiment expects a failure: found, it is a pass, and its reasons stay to be
 * read; not found, that is a failure of its own. Where either is expected, both pass. Whatever is no honest verdict
 * stays what it is, and so does the verdict on a version of which nothing is expected.
 *
 * @param version of nats-server; undefined when none came up
 */
export function asExpected(
  judgement: Omit<Judgement, 'expected'>,
  expect: Expect,
  version: string | undefined,
): Judgement {
  const expected: Expected = { ...expectedOf(expect, version), seen: judgement.verdict };
  const { verdict, headline, reasons } = judgement;
  const asSeen = { ...judgement, expected };
  const becomes = (now: 'pass' | 'fail', text: string, why = reasons): Judgement => {
    return { verdict: now, exitCode: exitCodeOf(now), headline: text, reasons: why, expected };
  };
  if (expected.verdict === 'either') {
    if (verdict === 'fail') return becomes('pass', `Failed, which may be: ${headline}`);
    return verdict === 'pass' ? becomes('pass', `Did not fail this time: ${headline}`) : asSeen;
  }
  if (expected.verdict !== 'fail') return asSeen;
  if (verdict === 'fail') return becomes('pass', `Failed, as expected: ${headline}`);
  if (verdict !== 'pass') return asSeen;
  const text = `No longer fails, though the experiment expects it to: ${headline}`;
  return becomes('fail', text, [{ verdict: 'fail', text, source: 'expect' }]);
}

function expectedOf(expect: Expect, version: string | undefined): Omit<Expected, 'seen'> {
  if (typeof expect === 'string') return { verdict: expect };
  if (version === undefined) return { verdict: 'none' };
  for (const [versions, verdict] of Object.entries(expect)) {
    const range = parseRange(versions);
    if (range !== undefined && inRange(version, range)) return { verdict, versions };
  }
  const { otherwise } = expect;
  return otherwise === undefined ? { verdict: 'none' } : { verdict: otherwise, versions: 'otherwise' };
}
