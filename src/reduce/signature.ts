import type { SavedRun } from '../report/schema.ts';
import { SERVER_CRASH } from '../verdict/server-crash.ts';

/** What a failure is called: two runs with the same one have failed in the same way. */
export interface Signature {
  /** Letters, digits and dashes: the name of a folder. */
  id: string;
  /** What did not hold, in words. */
  words: string;
}

/**
 * Every way in which a run has failed, the gravest first: servers that ended by themselves (by the shape of their last
 * words), checks, phases that ran out of time, expectations, the steady state at the end, and thresholds. Numbers are left
 * out of what tells one from another.
 */
export function signaturesOf(saved: SavedRun): Signature[] {
  const failed = saved.findings.filter(({ verdict }) => verdict === 'fail');
  const [crashes, checks] = [
    failed.filter(({ check }) => check === SERVER_CRASH),
    failed.filter(({ check }) => check !== SERVER_CRASH),
  ];
  const phases = saved.phases;
  const all = [
    ...crashes.map(({ examples }) => signature(SERVER_CRASH, shapeOf(examples.at(-1)?.text ?? ''))),
    ...checks.map(({ check }) => signature('check', check)),
    ...phases.flatMap(({ name, outcome }) =>
      outcome === 'timed-out' ? [signature('out-of-time', name)] : [],
    ),
    ...phases.flatMap(({ name, expectations }) =>
      violated(expectations).map((what) => signature('expectation', `${what} in ${name}`)),
    ),
    ...violated(saved.steadyState.after).map((what) => signature('not-steady-after', what)),
    ...saved.thresholds
      .filter(({ outcome }) => outcome === 'exceeded')
      .map(({ metric, subject }) => signature('threshold', `${metric} of ${subject}`)),
  ];
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

function violated(expectations: readonly { probe: string; condition: string; outcome: string }[]): string[] {
  return expectations
    .filter(({ outcome }) => outcome === 'violated')
    .map(({ probe, condition }) => `${probe} (${condition})`);
}

const LONGEST_ID = 80;

function signature(kind: string, what: string): Signature {
  const id = `${kind} ${what}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_ID)
    .replaceAll(/^-+|-+$/g, '');
  return { id, words: `${kind} ${what}`.trim() };
}

/** A line of a server's log without what differs from run to run: times, numbers, addresses. */
function shapeOf(line: string): string {
  return line
    .replace(/^\[\d+\] [\d/]+ [\d:.]+ \[\w+\] /, '')
    .replaceAll(/0x[0-9a-f]+|\d+/gi, '#')
    .slice(0, LONGEST_ID);
}
