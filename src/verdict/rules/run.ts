import { afterBreak, cutShort, methodRan, neverSteady, type Rule } from './rule.ts';
import type { Reason } from '../verdict.ts';

/** How the run as a whole ended. */
export const RUN_RULES: readonly Rule[] = [
  leftovers,
  interruption,
  error,
  stopped,
  idleWorkloads,
  unsteadyBefore,
  bypasses,
];

function leftovers({ record }: Parameters<Rule>[0]): Reason[] {
  return record.unclean.map((text) => ({ verdict: 'unclean', text, source: 'clean-up' }));
}

function interruption({ record }: Parameters<Rule>[0]): Reason[] {
  if (record.interrupted === undefined) return [];
  return [
    {
      verdict: 'interrupted',
      text: `The run was interrupted by ${record.interrupted}; what had been injected was undone`,
      source: 'run',
    },
  ];
}

function error({ record }: Parameters<Rule>[0]): Reason[] {
  if (record.error === undefined) return [];
  const { message, hint } = record.error;
  return [{ verdict: 'error', text: hint === undefined ? message : `${message} (${hint})`, source: 'run' }];
}

/** A safety limit is the operator's own word on what the system must not come to: reaching it is a failure. */
function stopped({ record }: Parameters<Rule>[0]): Reason[] {
  if (record.stopped === undefined) return [];
  const { t, probe, condition, statement } = record.stopped;
  const verdict = afterBreak(record, t) ? 'inconclusive' : 'fail';
  return [{ verdict, text: `Stopped: ${probe} (${condition}): ${statement}`, source: 'stopWhen' }];
}

const NOTHING: Readonly<Record<string, string>> = {
  http: 'had no accepted request',
  ledger: 'found nothing of this run',
};

/** A workload that moved nothing proves nothing, however green everything else is. */
function idleWorkloads({ record }: Parameters<Rule>[0]): Reason[] {
  return record.workloads
    .filter((w) => w.ok === 0 && (methodRan(record) || w.failed + w.unknown > 0))
    .map((w) => ({
      verdict: 'inconclusive',
      text:
        `The workload ${w.name} (${w.kind} on ${w.target}) ${NOTHING[w.kind] ?? 'moved no message'}` +
        (w.firstError === undefined ? '' : `: ${w.firstError}`),
      source: `workload ${w.name}`,
    }));
}

function unsteadyBefore({ record }: Parameters<Rule>[0]): Reason[] {
  if (!neverSteady(record)) return [];
  const unmet = record.steadyStateBefore.filter((result) => result.outcome !== 'met');
  const why = unmet.map((result) => `${result.probe}: ${result.statement}`).join('; ');
  return [
    {
      verdict: 'inconclusive',
      text: `Steady state not met before the method; the method was not run (${why})`,
      source: 'steady-state before',
    },
  ];
}

function bypasses({ record }: Parameters<Rule>[0]): Reason[] {
  const { bypasses, checks } = record.guard;
  const [first] = bypasses;
  if (first !== undefined) {
    const more = bypasses.length > 1 ? ` (and ${bypasses.length - 1} more)` : '';
    return [
      {
        verdict: 'inconclusive',
        text: `A connection bypassed the links under control, so a cut link may not have been cut: ${first.text}${more}`,
        source: 'guard',
      },
    ];
  }
  // Where no link was under control, as on attached servers, there was none to bypass.
  const { links, clusters } = record.topology;
  if (links.every(({ direct }) => direct === true) && clusters.length > 0) return [];
  if (checks > 0 || record.faults.length === 0 || !methodRan(record) || cutShort(record)) return [];
  return [
    {
      verdict: 'inconclusive',
      text: 'There was no check for connections that bypass the links under control: the guard never ran',
      source: 'guard',
    },
  ];
}
