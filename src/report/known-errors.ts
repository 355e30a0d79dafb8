import { explainKnownError, knownError } from '../support/known-errors.ts';
import { SERVER_CRASH } from '../verdict/server-crash.ts';
import type { SavedRun } from './schema.ts';

/** An error in the servers' logs that many users meet, once for the run. */
export interface LoggedError {
  /** The server that said it first: `cluster/node`. */
  node: string;
  /** Its words. */
  text: string;
  /** Servers that said the like. */
  nodes: string[];
  /** What it means and what to do, in one line. */
  explanation: string;
}

/** Kinds of events that are complaints; a lost link is explained by the faults of the run, and says so itself. */
const COMPLAINTS: ReadonlySet<string> = new Set(['error', 'warning', 'store']);

/** The known errors in what the servers logged, and in the last lines of those that ended by themselves. */
export function loggedErrors({
  serverEvents,
  findings,
}: Pick<SavedRun, 'serverEvents' | 'findings'>): LoggedError[] {
  const said = [
    ...(serverEvents?.events ?? []).filter(({ kind }) => COMPLAINTS.has(kind)),
    ...findings
      .filter(({ check }) => check === SERVER_CRASH)
      .flatMap(({ subject, examples }) => examples.map(({ text }) => ({ node: subject, text }))),
  ];
  const errors = new Map<string, LoggedError>();
  for (const { node, text } of said) {
    const known = knownError(text);
    if (known === undefined) continue;
    const before = errors.get(known.name);
    if (before === undefined)
      errors.set(known.name, { node, text, nodes: [node], explanation: explainKnownError(known) });
    else if (!before.nodes.includes(node)) before.nodes.push(node);
  }
  return [...errors.values()];
}
