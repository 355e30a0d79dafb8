import { createHash } from 'node:crypto';
import type { SavedRun } from '../report/schema.ts';
import { SERVER_CRASH } from '../verdict/server-crash.ts';
import { placeOf } from './crash-place.ts';
import { shapeOf, tellingLine } from './log-shape.ts';
import { problemOf } from './problems.ts';

/** What a failure is called: two runs with the same one have failed in the same way. */
export interface Signature {
  /** Letters, digits and dashes: the name of a folder. */
  id: string;
  /** What did not hold, in words. */
  words: string;
  /**
   * The same without the phase in which a server ended. It is what a reduction looks for, because it leaves out, merges and shortens
   * phases, and what a search of an older program calls the failure.
   */
  failure: string;
}

/**
 * Every way in which a run has failed, the gravest first: servers that ended by themselves (by the shape of what they said
 * at their end, and the phase), checks with their problem, phases that ran out of time, expectations with their phase,
 * the steady state at the end, and thresholds. What varies by chance is left out: numbers, ids, how much was lost and when
 * it was published, and which server it was.
 */
export function signaturesOf(saved: SavedRun): Signature[] {
  const failed = saved.findings.filter(({ verdict }) => verdict === 'fail');
  const isCrash = ({ check }: { check: string }): boolean => check === SERVER_CRASH;
  const neverBack = violated(saved.steadyState.after);
  const all = [
    ...failed.filter(isCrash).flatMap(({ subject }) => crashesOf(saved, subject)),
    ...failed
      .filter((finding) => !isCrash(finding))
      .map((finding) => signature('check', `${finding.check} ${problemOf(finding)}`)),
    ...saved.phases.flatMap(({ name, outcome, recovery }) => {
      // What it waited for in vain is named by the conditions that did not hold.
      const isKnown = neverBack.length > 0 && recovery !== undefined;
      return outcome === 'timed-out' && !isKnown ? [signature('out-of-time', name)] : [];
    }),
    ...saved.phases.flatMap(({ name, expectations }) =>
      violated(expectations).map((what) => signature('expectation', `${what} in ${name}`)),
    ),
    ...neverBack.map((what) => signature('not-steady-after', what)),
    ...saved.thresholds
      .filter(({ outcome }) => outcome === 'exceeded')
      .map(({ metric, subject }) => signature('threshold', `${metric} of ${subject}`)),
  ];
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** Whether a run has failed in the way that a signature names, in whichever phase. */
export function hasSignature(saved: SavedRun, { failure }: Pick<Signature, 'failure'>): boolean {
  return signaturesOf(saved).some((one) => one.failure === failure);
}

/** Whether a search knows a failure by this entry; one of an older program names no phase, and is of all of them. */
export function isKnownAs(
  { id, failure }: Signature,
  known: Readonly<Pick<Signature, 'id' | 'words'>>,
): boolean {
  return known.id === id || known.words === failure;
}

/** Whether a failure is that something did not come, or come back, in time. */
export function isOfTime(id: string): boolean {
  return /^(out-of-time|not-steady-after|expectation|threshold)-/.test(id);
}

/** Of each time that a server ended without a reason that explains it. */
function crashesOf(saved: SavedRun, node: string): Signature[] {
  const unexplained = (saved.crashes ?? []).filter(
    (crash) => crash.node === node && crash.accepted === undefined,
  );
  return unexplained.map((crash) =>
    signature(SERVER_CRASH, shapeOf(tellingLine(crash.lastLines), nodesOf(saved)), placeOf(crash, saved)),
  );
}

function violated(expectations: readonly { probe: string; condition: string; outcome: string }[]): string[] {
  return expectations
    .filter(({ outcome }) => outcome === 'violated')
    .map(({ probe, condition }) => `${probe} (${condition})`);
}

function nodesOf({ topology }: SavedRun): string[] {
  return topology.clusters.flatMap(({ name, nodes }) =>
    nodes.flatMap((node) => [`${name}/${node.name}`, node.name]),
  );
}

const LONGEST_ID = 80;
/** Of what is cut off, so many digits stay: two ids that begin alike are two. */
const DIGEST = 8;

function signature(kind: string, what: string, place = ''): Signature {
  const failure = `${kind} ${what}`.trim();
  const words = `${failure} ${place}`.trim();
  return { id: idOf(words), words, failure };
}

function idOf(words: string): string {
  const id = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (id.length <= LONGEST_ID) return id;
  const rest = createHash('sha256').update(id).digest('hex').slice(0, DIGEST);
  return `${id.slice(0, LONGEST_ID - DIGEST - 1)}-${rest}`;
}
