import type { Room } from './kinds.ts';

/** What the kinds of a room have in common, in one or two sentences. */
export const ABOUT: Readonly<Record<Room, string>> = {
  fault:
    'something that is broken while a phase lasts. It is undone when its phase ends, and it counts only when it is proven from outside that it was in force and that it was removed.',
  action:
    'a deliberate step at the beginning of a phase that needs no undoing. It counts only when its effect is observed from outside.',
  probe:
    'one reading of the system, taken all through the run. A condition on it is part of the steady state, of a phase, or of a safety limit.',
  workload:
    'something that uses NATS as an application would, all through the run, and writes every operation to the history.',
  check: 'a judgement of the whole history, once every workload has drained.',
  threshold: 'a limit on a figure of the run.',
  asset:
    'something that an environment declares by its address, which is made before a run. One address may stand for many: {1..600} and {eu,us} are places, and {} in a setting is what the first of them took.',
  space:
    'what chaos explore draws runs from: faults, actions and load, in place of the method of an experiment.',
  verdict: 'what a run comes to. The worst reason decides, and each verdict has an exit code.',
};
