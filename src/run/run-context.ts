import type { Driver } from '../drivers/driver.ts';
import type { SystemContext } from '../faults/fault.ts';
import type { Plan } from '../plan/plan.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Threads } from '../threads/threads.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import type { ExecuteContext } from './execute-context.ts';
import { AssertionWatch } from './exits/assertion-watch.ts';
import { ExitWatch } from './exits/exit-watch.ts';
import { HarnessWatch } from './exits/harness-watch.ts';
import { QuorumWatch } from './exits/quorum-watch.ts';
import { FaultRunner } from './faults/fault-runner.ts';
import { Injections } from './faults/injections.ts';
import { Guard } from './readings/guard.ts';
import { AdvisoryWatch } from './readings/advisory-watch.ts';
import { connectAsUser } from './readings/connect-as-user.ts';
import { Sampler } from './readings/sampler.ts';
import { StopWatch } from './readings/stop-conditions.ts';
import { startTicker, type Ticker } from './ticker.ts';
import type { Timeline } from './timeline.ts';
import { ActionUndo } from './undo/action-undo.ts';
import { markOf } from './undo/end-commands.ts';
import { UndoStack } from './undo/undo-stack.ts';

/** What the stages that start and take down an environment need. */
export interface Environment {
  plan: Plan;
  ctx: ExecuteContext;
  driver: Driver;
  timeline: Timeline;
  /** Where workloads run, and streams are read back. */
  threads: Threads;
}

/** What the stages share while the environment is up. The signal of `ctx` fires as well when the harness breaks. */
export interface RunContext extends Environment {
  /** For faults and actions; its signal also fires at a safety limit. */
  system: SystemContext;
  /** By name; filled when they are started. */
  workloads: Map<string, RunningWorkload>;
  sampler: Sampler;
  watch: StopWatch;
  faults: FaultRunner;
  injections: Injections;
  actionUndo: ActionUndo;
  guard: Guard;
  exits: ExitWatch;
  assertions: AssertionWatch;
  harness: HarnessWatch;
  quorum: QuorumWatch;
  advisories: AdvisoryWatch;
  ticker: Ticker;
}

/**
 * Makes all that the stages share. The ticker and the watches of exits, harness and quorum run from now on, until the
 * stage `close` ends them.
 *
 * @param startMs when the run began, ms since 1970
 */
export function openRun(env: Environment, startMs: Milliseconds): RunContext {
  const { plan, driver, timeline, threads } = env;
  const harness = new HarnessWatch(driver, timeline, startMs);
  const ctx = { ...env.ctx, signal: AbortSignal.any([env.ctx.signal, harness.signal]) };
  const { random, signal, noteTrouble } = ctx;
  threads.abortOn(signal);
  const workloads = new Map<string, RunningWorkload>();
  const shared = {
    driver,
    nodes: driver.nodes(),
    links: driver.links(),
    observer: driver.observer(),
    random,
  };
  const sampler = new Sampler(
    plan.probes,
    {
      observer: shared.observer,
      nodes: shared.nodes,
      clients: driver,
      services: driver.services,
      accounts: plan.spec.accounts,
      mirrorOf: (stream) => originOf(plan, stream),
      progress: (name) => workloads.get(name)?.progress(),
      connectAs: (cluster, user) => connectAsUser(plan, driver, cluster, user),
      commandMark: markOf(ctx.folder),
      signal,
    },
    timeline.now,
    noteTrouble,
  );
  const watch = new StopWatch(plan.stopWhen, { sampler, timeline, signal });
  const newStack = (): UndoStack =>
    new UndoStack(
      (undo) => driver.replay(undo),
      timeline.now,
      // An engine may be back a moment later; a proxy that has died is not.
      () => harness.record?.part === 'proxy',
    );
  const system = { ...shared, signal: watch.signal };
  const injections = new Injections(shared.nodes, plan.maxNodesDown);
  const faults = new FaultRunner(system, ctx.journal, newStack(), timeline, injections, noteTrouble);
  const actionUndo = new ActionUndo(ctx.journal, newStack(), timeline);
  const guard = new Guard(driver, timeline);
  const exits = new ExitWatch({
    driver,
    timeline,
    startMs,
    faults: faults.records,
    mayCrash: (name) => plan.phases.some((phase) => phase.name === name && phase.allowCrash === true),
  });
  const assertions = new AssertionWatch({ driver, timeline, faults: faults.records });
  const quorum = new QuorumWatch(driver, exits, timeline, plan);
  const ticker = startTicker({ timeline, sampler, workloads, faults: faults.records });
  for (const one of [harness, exits, assertions, quorum]) one.start();
  return {
    plan,
    ctx,
    driver,
    timeline,
    threads,
    system,
    workloads,
    sampler,
    watch,
    faults,
    injections,
    actionUndo,
    guard,
    exits,
    assertions,
    harness,
    quorum,
    advisories: new AdvisoryWatch(plan, driver, timeline),
    ticker,
  };
}

function originOf(plan: Plan, stream: string): string | undefined {
  const mirror = plan.spec.streams.find((s) => s.address === stream)?.mirror;
  return mirror && `${mirror.cluster}/${mirror.stream}`;
}
