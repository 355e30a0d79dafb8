import type { Finding } from '../checkers/checker.ts';
import type { RunRecord } from '../history/record.ts';
import type { AssertionRecord } from '../history/server-assertion.ts';
import { formatDuration } from '../support/units.ts';

/** The check that nobody declares: no server violates an assertion that its authors put into it. */
export const SERVER_ASSERTION = 'server-assertion';

const MAX_EXAMPLES = 20;
const MAX_DETAILS = 300;

/** A finding for each assertion that some server violated; none where none did, or none has any compiled in. */
export function assertionFindings({
  assertions = [],
  faults,
}: Pick<RunRecord, 'assertions' | 'faults'>): Finding[] {
  const violated = assertions.filter((one) => one.violated);
  return [...new Set(violated.map(({ message }) => message))].map((message) => {
    const all = violated.filter((one) => one.message === message);
    const unexplained = all.filter(({ accepted }) => accepted === undefined);
    const [first] = unexplained.length > 0 ? unexplained : all;
    return {
      check: SERVER_ASSERTION,
      subject: message,
      verdict: unexplained.length > 0 ? 'fail' : 'pass',
      statement: first === undefined ? '' : `${sentence(first, faults)}${othersText(first, all)}`,
      counts: { violations: all.length, accepted: all.length - unexplained.length },
      examples: all
        .map(({ t, node, where, details }) => ({ t, text: `${node} at ${where}: ${shown(details)}` }))
        .slice(0, MAX_EXAMPLES),
    };
  });
}

function sentence(one: AssertionRecord, faults: RunRecord['faults']): string {
  const { node, kind, where, t, accepted } = one;
  const inForce = one.faults.flatMap((id) =>
    faults.filter((fault) => fault.id === id).map(({ title }) => `${id} (${title})`),
  );
  const during =
    inForce.length === 0 ? 'while no fault was in force' : `while ${inForce.join(', ')} was in force`;
  const what =
    kind === 'Unreachable' ? 'reached what its authors call unreachable' : 'violated its own assertion';
  const why = accepted === undefined ? '' : `; accepted: ${accepted}`;
  return `${node} ${what} (${where}), by ${formatDuration(t)}, ${during}: ${shown(one.details)}${why}`;
}

function othersText({ node }: AssertionRecord, all: readonly AssertionRecord[]): string {
  if (all.length === 1) return '';
  const others = [...new Set(all.map((one) => one.node))].filter((one) => one !== node);
  return `; ${all.length} times in all${others.length === 0 ? '' : `, also ${others.join(', ')}`}`;
}

/** Without the stack that some have, which is many lines: the report has it. */
function shown(details: unknown): string {
  const text = JSON.stringify(details ?? {}, (key, value: unknown) => (key === 'stack' ? undefined : value));
  return text.length <= MAX_DETAILS ? text : `${text.slice(0, MAX_DETAILS)}…`;
}
