import { faults as allFaults } from '../../faults/index.ts';
import type { Capability } from '../../drivers/driver.ts';
import type { RunRecord } from '../../history/record.ts';
import type { Plan } from '../../plan/plan.ts';

/** Faults that need no more than this leave nothing behind in a server that runs, nor on its disk. */
const TRACELESS: readonly Capability[] = ['processes', 'pausing', 'links'];
/** Actions that change nothing but streams, consumers, leaders and connections; streams are made anew. */
const TRACELESS_ACTIONS: readonly string[] = [
  'step-down',
  'scale-replicas',
  'move-stream',
  'purge',
  'pause-consumer',
  'resume-consumer',
  'pause-workload',
  'resume-workload',
  'restart',
  'rolling-restart',
  'rotate-clients',
];

/** Why the servers of a run may not serve another one, in words; null when they may. */
export function whyNotAgain(plan: Plan, record: RunRecord): string | null {
  const { interrupted, error, harness, stopped, unclean, crashes = [], guard, drain, faults } = record;
  if (interrupted !== undefined || error !== undefined || harness !== undefined || stopped !== undefined)
    return 'the run broke off';
  if (unclean.length > 0) return 'something was left behind';
  if (crashes.length > 0) return 'a server ended by itself';
  if (guard.bypasses.length > 0) return 'connections bypassed the links';
  if (drain?.ok !== true) return 'the workloads were not drained';
  if (record.steadyStateAfter.some(({ outcome }) => outcome !== 'met'))
    return 'the steady state did not hold';
  if (record.phases.some(({ outcome }) => outcome !== 'completed')) return 'a phase did not come to its end';
  const trace = faults.find(({ kind }) => !isTraceless(kind));
  if (trace !== undefined) return `${trace.kind} may leave a trace`;
  const there = faults.find(
    ({ injectedAt, removed, undo }) =>
      (injectedAt !== undefined && removed?.proven !== true) || undo.some(({ ok }) => !ok),
  );
  if (there !== undefined) return `${there.id} is not proven to be gone`;
  const action = plan.phases
    .flatMap(({ actions }) => actions)
    .find(({ kind }) => !TRACELESS_ACTIONS.includes(kind));
  return action === undefined ? null : `${action.kind} may leave a trace`;
}

function isTraceless(kind: string): boolean {
  const fault = allFaults.find((one) => one.kind === kind);
  return fault?.requires.every((one) => TRACELESS.includes(one)) === true;
}
