import type { Verdict } from './verdict.ts';

/** What a verdict says, and what to do next. */
export interface VerdictWords {
  /** One line, as for every other kind of thing that can be explained. */
  summary: string;
  /** When a run gets it, in one sentence. */
  when: string;
  /** What to do next, in one sentence. */
  todo: string;
}

/** Every verdict in words, from harmless to worst. */
export const VERDICT_WORDS: Readonly<Record<Verdict, VerdictWords>> = {
  pass: {
    summary: 'The claim held, and everything that it rests on was observed',
    when: 'The steady state held before and after the method, every fault was proven from outside, every expectation, check and threshold is satisfied, and everything is undone; or the experiment expects a failure, and this is the failure.',
    todo: 'Nothing has to be done; one run shows one outcome, so repeat it (chaos matrix --repeat 3) where it matters.',
  },
  inconclusive: {
    summary: 'No honest verdict: the evidence for a pass or a failure is missing',
    when: 'The steady state did not hold to begin with, a fault was not proven, a workload moved no message, a probe never got a reading, or other evidence is missing; nothing vacuous passes.',
    todo: 'Provide what was missing, which says nothing against the system under test, and run it again.',
  },
  fail: {
    summary: 'The system under test deviated from what the experiment claims',
    when: 'A check, an expectation, a threshold or the steady state after the method was violated, a safety limit was reached, or a failure that the experiment expects did not come.',
    todo: 'Look at the finding and its sequences in the report, and repeat the run with the same seed.',
  },
  error: {
    summary: 'The run could not be carried out',
    when: 'There was no binary, a port was taken, a cluster never became ready, or the program itself failed.',
    todo: 'Follow the hint in the message (chaos doctor says what the machine lacks), and run it again.',
  },
  interrupted: {
    summary: 'The run was ended by a signal, after everything was undone',
    when: 'SIGINT (Ctrl-C) or SIGTERM came before the end; the report holds what was observed until then.',
    todo: 'Run it again: what was not observed proves nothing.',
  },
  unclean: {
    summary: 'Something that was injected could not be undone',
    when: 'An undo step failed, a fault is not proven to be gone, or something is left of the run; this beats every other verdict.',
    todo: 'Finish the clean-up with chaos recover before anything else is run there.',
  },
};
