import { inRange, parseRange } from '../support/version-range.ts';
import { SERVER_CRASH } from './server-crash.ts';
import { exitCodeOf, type Expected, type ExpectedVerdict, type Judgement, type Reason } from './verdict.ts';

/**
 * The verdict that an experiment is there to reach: one for all versions of nats-server, or one for each range of
 * them, with `otherwise` for those that no range covers.
 */
export type Expect = ExpectedVerdict | Readonly<Record<string, ExpectedVerdict>>;

/**
 * The judgement of an experiment that expects a failure. If it fails, that is a pass, and its reasons stay readable; if it
 * passes, that is a failure of its own. Where either is expected, both are a pass. A server that ends by itself is not the
 * failure that an experiment shows: if nothing else failed, the run fails. Every other verdict stays what it is, and so
 * does the verdict on a version for which nothing is expected.
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
  if (expected.verdict !== 'either' && expected.verdict !== 'fail') return asSeen;
  if (verdict === 'fail') {
    const shown = reasons.find((reason) => reason.verdict === 'fail' && !isCrash(reason));
    if (shown === undefined)
      return becomes('fail', `A server crashed, and the expected failure was not seen: ${headline}`);
    const what = reasons.some(isCrash) ? `${shown.text}; a server crashed too` : headline;
    const how = expected.verdict === 'fail' ? 'as expected' : 'which may be';
    return becomes('pass', `Failed, ${how}: ${what}`);
  }
  if (verdict !== 'pass') return asSeen;
  if (expected.verdict === 'either') return becomes('pass', `Did not fail this time: ${headline}`);
  const text = `No longer fails, though the experiment expects it to: ${headline}`;
  return becomes('fail', text, [{ verdict: 'fail', text, source: 'expect' }]);
}

/** One for which no phase has allowed. */
function isCrash({ verdict, source }: Reason): boolean {
  return verdict === 'fail' && source === `check ${SERVER_CRASH}`;
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
