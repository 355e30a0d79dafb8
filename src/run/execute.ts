import { join } from 'node:path';
import type { Driver } from '../drivers/driver.ts';
import type { PhaseRecord, RunRecord } from '../history/record.ts';
import type { Plan } from '../plan/plan.ts';
import { throwIfAborted } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';
import { auditAll } from './audit.ts';
import type { ExecuteContext } from './execute-context.ts';
import { drain } from './drain.ts';
import { FaultRunner } from './fault-runner.ts';
import { demandFeasible } from './feasible.ts';
import { Guard } from './guard.ts';
import { patience } from './lost-nodes.ts';
import { runMethod, waitedInVain } from './method.ts';
import { proveWhole } from './prove-whole.ts';
import { Sampler } from './sampler.ts';
import { serverEvents } from './server-events.ts';
import { awaitSteady, type SteadyWait } from './steady-state.ts';
import { Story } from './story.ts';
import { StopWatch } from './stop-watch.ts';
import { startTicker } from './ticker.ts';
import { topologyOf } from './topology-record.ts';
import { Strikes } from './strikes.ts';
import { UndoStack } from './undo-stack.ts';
import { startWorkloads } from './workload-starter.ts';

/** Carries out a plan and says what happened. Never throws: what went wrong stands in the record. */
export async function execute(plan: Plan, ctx: ExecuteContext): Promise<RunRecord> {
  const story = new Story(ctx.clock, ctx.listener);
  const record = emptyRecord(plan, ctx);
  record.timeline = story.timeline;
  const driver = ctx.createDriver({
    runId: ctx.runId,
    logFolder: join(ctx.folder, 'logs'),
    clock: ctx.clock,
    signal: ctx.signal,
    freePorts: ctx.freePorts,
    progress: (text) => story.tell('cluster', text),
    journal: (undo) => ctx.journal.append(undo),
  });
  try {
    await driver.start(plan.spec);
    record.readyMs = story.now();
    record.versions = driver.versions();
    record.topology = await topologyOf(plan, driver);
    story.tell('cluster', `ready after ${formatDuration(record.readyMs)}`);
    await useEnvironment(plan, ctx, driver, story, record);
  } catch (error) {
    noteError(record, story, error);
  }
  record.versions = driver.versions();
  const to = story.now();
  await takeDown(ctx, driver, story, record);
  await noteServerEvents(plan, ctx, to, record);
  record.endedAt = ctx.clock.now().toISOString();
  record.durationMs = story.now();
  return record;
}

/** Everything between `ready` and the teardown; leaves no fault and no workload behind, however it ends. */
async function useEnvironment(
  plan: Plan,
  ctx: ExecuteContext,
  driver: Driver,
  story: Story,
  record: RunRecord,
): Promise<void> {
  const workloads = new Map<string, RunningWorkload>();
  const shared = {
    driver,
    nodes: driver.nodes(),
    links: driver.links(),
    observer: driver.observer(),
    random: ctx.random,
    signal: ctx.signal,
  };
  const sampler = new Sampler(
    plan.probes,
    {
      observer: shared.observer,
      nodes: shared.nodes,
      mirrorOf: (stream) => originOf(plan, stream),
      progress: (name) => workloads.get(name)?.progress(),
      signal: ctx.signal,
    },
    story.now,
  );
  const watch = new StopWatch(plan.stopWhen, { sampler, story, signal: ctx.signal });
  const stack = new UndoStack((undo) => driver.replay(undo), story.now);
  const methodContext = { ...shared, signal: watch.signal };
  const strikes = new Strikes(shared.nodes, plan.maxNodesDown);
  const faults = new FaultRunner(methodContext, ctx.journal, stack, story, strikes);
  record.faults = faults.records;
  const guard = new Guard(driver, story);
  record.guard = guard.record;
  let gaveUp = false;
  const ticker = startTicker({ story, sampler, workloads, faults: faults.records });
  try {
    await demandFeasible(plan, methodContext);
    await guard.look();
    await startWorkloads(plan, { ctx, driver, story }, workloads);
    sampler.start(plan.sampleEveryMs);
    guard.start();
    if (await steadyBefore(plan, ctx, sampler, story, record)) {
      const actions = {
        ...methodContext,
        spec: plan.spec,
        workload: (name: string) => workloadNamed(workloads, name),
        demandMayGoDown: (nodes: readonly string[]) => strikes.demandMayGoDown(nodes),
      };
      await runMethod({ plan, faults, sampler, story, actions, watch, entered: ticker.entered }, record);
      await faults.undoAll();
      gaveUp = faults.stuck;
      if (!gaveUp) {
        const spentMs = waitedInVain(plan.phases, record.phases, faults.lastRemovalAt());
        await steadyAfter(plan, ctx, sampler, story, record, { spentMs, limitMs: await patience(driver) });
      }
    }
    if (faults.stuck) {
      story.tell('problem', 'a fault is still there: the workloads are not drained, and nothing is checked');
    } else {
      ticker.entered('drain', null);
      const { observer } = shared;
      const withinMs = Math.min(plan.drainWithinMs, await patience(driver));
      record.drain = await drain({ plan, workloads, withinMs, observer, now: story.now, signal: ctx.signal });
      story.tell('workload', record.drain.note);
      await auditAll(plan, { driver, history: ctx.history, story, runId: ctx.runId, signal: ctx.signal });
      // An audit that was cut short only says so: the interrupt itself is noticed here.
      throwIfAborted(ctx.signal);
    }
  } catch (error) {
    noteError(record, story, error);
  } finally {
    ticker.stop();
    // What has just failed to be undone for the second time would fail again.
    if (!gaveUp) await faults.undoAll();
    await Promise.all([...workloads.values()].map((workload) => workload.stop().catch(() => undefined)));
    await Promise.all([sampler.stop(), guard.stop()]);
    record.workloads = [...workloads.values()].map((workload) => workload.record());
    record.probes = sampler.series();
    ctx.history.flush();
  }
  if (record.interrupted === undefined) await proveWhole(driver, story, record, faults.stuck);
}

async function steadyBefore(
  plan: Plan,
  ctx: ExecuteContext,
  sampler: Sampler,
  story: Story,
  record: RunRecord,
): Promise<boolean> {
  const { steady, results } = await testSteady(plan, ctx, sampler, story);
  record.steadyStateBefore = results;
  story.tell('steady-state', steady ? 'holds before the method' : 'does not hold; the method is not run');
  return steady;
}

async function steadyAfter(
  plan: Plan,
  ctx: ExecuteContext,
  sampler: Sampler,
  story: Story,
  record: RunRecord,
  time: Pick<SteadyWait, 'limitMs' | 'spentMs'>,
): Promise<void> {
  const { steady, results } = await testSteady(plan, ctx, sampler, story, time);
  record.steadyStateAfter = results;
  story.tell('steady-state', steady ? 'holds after the method' : 'does not hold after the method');
}

function testSteady(
  plan: Plan,
  ctx: ExecuteContext,
  sampler: Sampler,
  story: Story,
  time: Pick<SteadyWait, 'limitMs' | 'spentMs'> = {},
) {
  return awaitSteady({
    expectations: plan.steadyState,
    sampler,
    now: story.now,
    signal: ctx.signal,
    ...time,
  });
}

async function takeDown(ctx: ExecuteContext, driver: Driver, story: Story, record: RunRecord): Promise<void> {
  try {
    const mayKeep = driver.attached !== true && record.readyMs !== undefined;
    if (mayKeep && record.interrupted === undefined && (await ctx.keepUp(record))) {
      record.kept = driver.keep();
      story.tell('cluster', `left running: ${record.kept.urls.join(', ')}`);
    }
    const from = story.now();
    const left = await driver.dispose();
    record.unclean.push(...left);
    // A fault that could not be undone goes with the servers, unless these stay.
    record.gone = left.length === 0 && !record.kept && driver.attached !== true;
    record.teardownMs = story.now() - from;
    if (driver.attached === true)
      story.tell('cluster', 'connections closed; the servers are left as they are');
    else if (!record.kept)
      story.tell('cluster', `everything stopped and removed in ${formatDuration(record.teardownMs)}`);
  } catch (error) {
    record.unclean.push(`taking the environment down failed: ${messageOf(error)}`);
  }
}

/** What cannot be read of the logs is missing from the report, and spoils no verdict. */
async function noteServerEvents(
  plan: Plan,
  ctx: ExecuteContext,
  to: Milliseconds,
  record: RunRecord,
): Promise<void> {
  const startMs = Date.parse(record.startedAt);
  const from = record.readyMs ?? 0;
  const nodes = plan.spec.clusters.flatMap((cluster) =>
    cluster.nodes.map((name) => ({ address: `${cluster.name}/${name}`, name })),
  );
  const logs = { folder: join(ctx.folder, 'logs'), nodes, startMs, from, to };
  const told = await serverEvents(logs).catch(() => undefined);
  if (told !== undefined) record.serverEvents = told;
}

function noteError(record: RunRecord, story: Story, error: unknown): void {
  if (error instanceof ChaosError && error.code === 'aborted') {
    record.interrupted = error.cause === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    story.tell('run', 'interrupted; undoing everything');
    return;
  }
  const known = error instanceof ChaosError ? error : undefined;
  record.error = {
    message: messageOf(error),
    code: known?.code ?? 'failed',
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
  };
  story.tell('problem', record.error.message);
}

function workloadNamed(workloads: ReadonlyMap<string, RunningWorkload>, name: string): RunningWorkload {
  const workload = workloads.get(name);
  if (!workload) throw new ChaosError('failed', `there is no workload ${name}`);
  return workload;
}

function originOf(plan: Plan, stream: string): string | undefined {
  const mirror = plan.spec.streams.find((s) => s.address === stream)?.mirror;
  return mirror && `${mirror.cluster}/${mirror.stream}`;
}

function emptyRecord(plan: Plan, ctx: ExecuteContext): RunRecord {
  const phases: PhaseRecord[] = plan.phases.map(({ name }) => ({
    name,
    outcome: 'not-run',
    actions: [],
    expectations: [],
  }));
  const now = ctx.clock.now().toISOString();
  return {
    runId: ctx.runId,
    seed: ctx.random.seed,
    driver: plan.driver,
    startedAt: now,
    endedAt: now,
    durationMs: 0,
    versions: {},
    topology: { clusters: [], links: [], streams: [] },
    steadyStateBefore: [],
    steadyStateAfter: [],
    phases,
    faults: [],
    workloads: [],
    probes: [],
    guard: { checks: 0, bypasses: [] },
    timeline: [],
    unclean: [],
  };
}
