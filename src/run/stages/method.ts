import type { RunRecord } from '../../history/record.ts';
import { ChaosError } from '../../support/errors.ts';
import type { UndoRecord } from '../../support/undo-record.ts';
import type { AssetChange } from '../../actions/action.ts';
import type { RunningWorkload } from '../../workloads/workload.ts';
import { holdingNodes } from '../faults/held-nodes.ts';
import { Peers } from '../liveness/peers.ts';
import { runPhase, type PhaseContext } from '../phase-runner.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Runs the phases, one after the other, until one cannot go on or a safety limit is reached.
 *
 * @param record its part of the record, filled as it goes: what was done before an error stays in it
 */
export async function runMethod(
  run: RunContext,
  record: Pick<RunRecord, 'phases' | 'stopped'>,
): Promise<void> {
  const { plan, watch, faults } = run;
  const ctx = phaseContext(run, record.phases);
  // Where replicas are must be known before anything is broken.
  if (plan.phases.some(({ until }) => until === 'available')) await ctx.liveness.peers.refresh();
  watch.start();
  try {
    for (const [index, phase] of plan.phases.entries()) {
      const phaseRecord = record.phases[index];
      if (!phaseRecord || watch.stopped || faults.stuck) break;
      if (!(await runPhase(ctx, phase, phaseRecord))) break;
    }
  } catch (error) {
    if (!watch.caused(error)) throw error;
  } finally {
    watch.end();
    if (watch.stopped) record.stopped = watch.stopped;
  }
}

function phaseContext(run: RunContext, phases: RunRecord['phases']): PhaseContext {
  const { plan, faults, injections, actionUndo, sampler, timeline, watch, exits, ticker } = run;
  const { hopeless } = run.quorum;
  const actions = {
    ...run.system,
    spec: plan.spec,
    workload: (name: string) => workloadNamed(run.workloads, name),
    isFree: (node: string) => injections.isUp(node),
    demandMayGoDown: (nodes: readonly string[]) => injections.demandMayGoDown(nodes),
    // No fault comes or goes while these are performed.
    withNodes: <T>(_nodes: readonly string[], work: () => Promise<T>) => work(),
    takenOut: injections.takenOut,
    noteChange: (change: AssetChange) =>
      run.ctx.history.append({ type: 'asset-change', t: timeline.now(), ...change }),
    undoLater: (what: string, record: UndoRecord) => actionUndo.add(what, record),
  };
  const amongFaults = {
    // They wait for their turn.
    demandMayGoDown: () => undefined,
    withNodes: <T>(nodes: readonly string[], work: () => Promise<T>) =>
      holdingNodes(injections, nodes, run.system.signal, work),
  };
  const liveness = {
    plan,
    system: run.system,
    faults,
    timeline,
    peers: new Peers(plan.spec, run.system.nodes, run.system.observer),
    takenOut: injections.takenOut,
    workload: (name: string) => run.workloads.get(name),
    signal: watch.signal,
  };
  const entered: PhaseContext['entered'] = (phase, endsAt) => {
    exits.entered(phase);
    ticker.entered(phase, endsAt);
  };
  return {
    ...{ plan, phases, faults, sampler, timeline, actions, amongFaults, liveness, watch, entered, hopeless },
  };
}

function workloadNamed(workloads: ReadonlyMap<string, RunningWorkload>, name: string): RunningWorkload {
  const workload = workloads.get(name);
  if (!workload) throw new ChaosError('failed', `there is no workload ${name}`);
  return workload;
}
