import type { Finding } from '../checkers/checker.ts';
import type { RunRecord } from '../history/record.ts';
import { wasAskedToEnd, type CrashRecord } from '../history/server-crash.ts';
import { formatDuration } from '../support/units.ts';

/** The check that nobody declares: no server ends by itself. */
export const SERVER_CRASH = 'server-crash';

const MAX_EXAMPLES = 20;

/** A finding for each server and each replica of a service that has ended by itself; none when none has. */
export function crashFindings({
  crashes = [],
  faults,
  topology,
}: Pick<RunRecord, 'crashes' | 'faults'> & Partial<Pick<RunRecord, 'topology'>>): Finding[] {
  const services = new Set(topology?.services?.map(({ name }) => name));
  const nodes = [...new Set(crashes.map(({ node }) => node))];
  return nodes.map((node) => {
    const all = crashes.filter((crash) => crash.node === node);
    const unexplained = all.filter(({ accepted }) => accepted === undefined);
    const [first] = unexplained.length > 0 ? unexplained : all;
    const more = all.length > 1 ? `; it ended by itself ${all.length} times in all` : '';
    return {
      check: SERVER_CRASH,
      subject: node,
      verdict: unexplained.length > 0 ? 'fail' : 'pass',
      statement: `${first === undefined ? '' : sentence(first, faults, services)}${more}`,
      counts: { crashes: all.length, accepted: all.length - unexplained.length },
      examples: all.flatMap(({ lastLines }) => lastLines.map((text) => ({ text }))).slice(0, MAX_EXAMPLES),
    };
  });
}

function sentence(crash: CrashRecord, faults: RunRecord['faults'], services: ReadonlySet<string>): string {
  const { t, text, phase, accepted, faults: ids } = crash;
  const where = phase === undefined ? 'outside of the method' : `in phase ${phase}`;
  const titles = ids.flatMap((id) =>
    faults.filter((fault) => fault.id === id).map(({ title }) => `${id} (${title})`),
  );
  const during =
    titles.length === 0 ? 'while no fault was in force' : `while ${titles.join(', ')} was in force`;
  const why = accepted === undefined ? '' : `; accepted: ${accepted}`;
  const by = wasAskedToEnd(crash)
    ? 'as it does at SIGTERM or SIGINT, and the run had sent neither'
    : 'by itself';
  const what = services.has(crash.node.split('/')[0] ?? '') ? 'service' : 'server';
  return `the ${what} ${text}, ${by}, at ${formatDuration(t)} ${where}, ${during}${why}`;
}
