import { createHash } from 'node:crypto';
import type { SavedRun } from '../report/schema.ts';
import { SERVER_CRASH } from '../verdict/server-crash.ts';
import { shapeOf, tellingLine } from './log-shape.ts';
import { problemOf } from './problems.ts';

/** What a failure is called: two runs with the same one have failed in the same way. */
export interface Signature {
  /** Letters, digits and dashes: the name of a folder. */
  id: string;
  /** What did not hold, in words. */
  words: string;
}

/**
 * Every way in which a run has failed, the gravest first: servers that ended by themselves (by the shape of what they said
 * at their end), checks with their problem, phases that ran out of time, expectations with their phase, the steady
 * state at the end, and thresholds. What varies by chance is left out: numbers, ids, how much was lost and when it
 * was published, and which server it was.
 */
export function signaturesOf(saved: SavedRun): Signature[] {
  const failed = saved.findings.filter(({ verdict }) => verdict === 'fail');
  const isCrash = ({ check }: { check: string }): boolean => check === SERVER_CRASH;
  const neverBack = violated(saved.steadyState.after);
  const nodes = nodesOf(saved);
  const all = [
    ...failed
      .filter(isCrash)
      .map(({ examples }) =>
        signature(SERVER_CRASH, shapeOf(tellingLine(examples.map(({ text }) => text)), nodes)),
      ),
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

/** Whether a run has failed in the way that a signature names. */
export function hasSignature(saved: SavedRun, id: string): boolean {
  return signaturesOf(saved).some((one) => one.id === id);
}

/** Whether a failure is that something did not come, or come back, in time. */
export function isOfTime(id: string): boolean {
  return /^(out-of-time|not-steady-after|expectation|threshold)-/.test(id);
}

/**
 * The kind of the check that has to be in an experiment for a failure to show at all; null where none of those in the whole
 * one has found it.
 *
 * @param checks of the whole experiment, as its file has them
 */
export function checkNeeded(id: string, checks: unknown): string | null {
  const kinds = kindsOf(checks).filter((kind) => `${id}-`.startsWith(`${idOf(`check ${kind}`)}-`));
  return kinds.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Kinds of the checks of an experiment, as its file has them. */
export function kindsOf(checks: unknown): string[] {
  const list: unknown[] = Array.isArray(checks) ? checks : [];
  return list.flatMap((one) => {
    const kind = typeof one === 'object' && one !== null && 'kind' in one ? one.kind : one;
    return typeof kind === 'string' ? [kind] : [];
  });
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

function signature(kind: string, what: string): Signature {
  const words = `${kind} ${what}`.trim();
  return { id: idOf(words), words };
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
