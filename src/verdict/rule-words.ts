import type { Reason } from './verdict.ts';

/** The source of a reason, without its own name: `fault`, `steady-state before` → the rule behind it. */
const RULES: Readonly<Record<string, Partial<Record<Reason['verdict'], string>>>> = {
  'clean-up': { unclean: 'whatever a run leaves behind makes it unclean' },
  fault: {
    unclean: 'a fault that is not proven to be gone makes the run unclean',
    inconclusive: 'a fault that is not proven from outside, from its injection to its end, shows nothing',
  },
  run: {
    error: 'a run that could not be carried out says nothing about the system',
    interrupted: 'a run that was ended by a signal says nothing about what it did not observe',
  },
  stopWhen: { fail: 'a safety limit that is reached during the method is a failure' },
  workload: { inconclusive: 'a workload that moved no message proves nothing' },
  'steady-state before': {
    inconclusive: 'without a steady state to begin with, what follows cannot be blamed on a fault',
  },
  'steady-state after': {
    fail: 'a steady state that does not hold after the method is a failure',
    inconclusive: 'a steady state that is not read after the method is not known to hold',
  },
  guard: { inconclusive: 'a fault on links counts only while no connection bypasses the links' },
  check: {
    fail: 'a check that the history contradicts is a failure',
    inconclusive: 'a check that lacks evidence neither passes nor fails',
  },
  phase: {
    fail: 'an expectation that is violated, or a phase that runs out of time, is a failure',
    inconclusive: 'an expectation, an action or a phase that was not completed proves nothing',
  },
  threshold: {
    fail: 'a figure beyond its limit is a failure',
    inconclusive: 'a limit on a figure that could not be measured is not known to be kept',
  },
  method: { inconclusive: 'a method that was not carried out to its end proves nothing' },
  probe: { inconclusive: 'a probe that never got a reading proves nothing' },
  drain: { inconclusive: 'while messages are under way, nothing can be said about their loss' },
  experiment: { inconclusive: 'an experiment that claims nothing cannot pass' },
  expect: { fail: 'an experiment that expects a failure fails when the failure does not come' },
};

/** The rule of the verdict table behind a reason, in words; null for one that this version does not know. */
export function ruleWords({ source, verdict }: Pick<Reason, 'source' | 'verdict'>): string | null {
  const [first = ''] = source.split(' ');
  return (RULES[source] ?? RULES[first])?.[verdict] ?? null;
}
