import { cutShort, methodRan, neverSteady, type Rule } from './rule.ts';
import type { Reason } from '../verdict.ts';

/** What became of the run as a whole. */
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

/** The operator's own limit of what the system may come to is the last word on whether it held. */
function stopped({ record }: Parameters<Rule>[0]): Reason[] {
  if (record.stopped === undefined) return [];
  const { probe, condition, statement } = record.stopped;
  return [{ verdict: 'fail', text: `Stopped: ${probe} (${condition}): ${statement}`, source: 'stopWhen' }];
}

/** A workload that moved nothing proves nothing, however green everything else is. */
function idleWorkloads({ record }: Parameters<Rule>[0]): Reason[] {
  return record.workloads
    .filter((w) => w.ok === 0 && (methodRan(record) || w.failed + w.unknown > 0))
    .map((w) => ({
      verdict: 'inconclusive',
      text:
        `The workload ${w.name} (${w.kind} on ${w.target}) moved no message` +
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
  const { bypasses: found, checks } = record.guard;
  const [first] = found;
  if (first !== undefined) {
    const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
    return [
      {
        verdict: 'inconclusive',
        text: `A connection went round the links under control, so a cut link may not have been cut: ${first.text}${more}`,
        source: 'guard',
      },
    ];
  }
  // Where no link was under control, as on attached servers, there was none to go round.
  if (record.topology.links.length === 0 && record.topology.clusters.length > 0) return [];
  if (checks > 0 || record.faults.length === 0 || !methodRan(record) || cutShort(record)) return [];
  return [
    {
      verdict: 'inconclusive',
      text: 'Nobody looked for connections that go round the links under control: the guard never ran',
      source: 'guard',
    },
  ];
}
