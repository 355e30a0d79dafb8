import { join } from 'node:path';
import type { RunRecord } from '../history/record.ts';
import type { Plan } from '../plan/plan.ts';
import { splitAssertions } from '../support/versions.ts';
import { emptyRecord } from './empty-record.ts';
import type { ExecuteContext } from './execute-context.ts';
import { excuseByHarness } from './exits/explain.ts';
import { failureOf, isInTrouble } from './failure.ts';
import { openRun, type Environment } from './run-context.ts';
import { audit } from './stages/audit.ts';
import { close } from './stages/close.ts';
import { drain } from './stages/drain.ts';
import { checkHarness } from './stages/harness.ts';
import { runMethod } from './stages/method.ts';
import { preflight } from './stages/preflight.ts';
import { proveWhole } from './stages/prove-whole.ts';
import { readServerEvents } from './stages/server-events.ts';
import { readTopology, start } from './stages/start.ts';
import { startWorkloads } from './stages/start-workloads.ts';
import { recordFaultRecoveries } from './stages/fault-recoveries.ts';
import { mayBeLost, steadyStateAfter, steadyStateBefore, steadyStateStill } from './stages/steady-state.ts';
import { takeDown } from './stages/take-down.ts';
import { isStuck, undoFaults } from './stages/undo-faults.ts';
import { openThreads } from './threads.ts';
import { watchedServers } from './watched-servers.ts';
import { Timeline } from './timeline.ts';

/**
 * Carries out a plan: the stages of a run in their order, each of which gives its part of the record. Never throws: what
 * went wrong is in the record.
 */
export async function execute(plan: Plan, ctx: ExecuteContext): Promise<RunRecord> {
  const timeline = new Timeline(ctx.clock, ctx.listener);
  const record = emptyRecord(plan, ctx);
  record.timeline = timeline.entries;
  const env = {
    plan,
    ctx,
    timeline,
    driver: createDriver(ctx, timeline),
    threads: openThreads(plan, ctx, timeline),
  };
  try {
    add(record, await start(env));
    ctx.up(watchedServers(plan, env.driver));
    add(record, await readTopology(env, record));
    await useEnvironment(env, record);
  } catch (error) {
    add(record, failureOf(error, env));
  }
  await env.threads.close();
  record.versions = env.driver.versions();
  const to = timeline.now();
  add(record, await takeDown(env, record));
  add(record, await readServerEvents(env, record, to));
  record.endedAt = ctx.clock.now().toISOString();
  record.durationMs = timeline.now();
  return record;
}

/** All stages that need a running environment. They leave no fault and no workload behind, however they end. */
async function useEnvironment(env: Environment, record: RunRecord): Promise<void> {
  const run = openRun(env, Date.parse(record.startedAt));
  // These grow while the run goes on, so that nothing of them is lost when a stage throws.
  add(record, { faults: run.faults.records, guard: run.guard.record, crashes: run.exits.crashes });
  if (env.driver.versions()['nats-server build'] !== undefined || bringsAssertions(run.plan))
    add(record, { assertions: run.assertions.assertions });
  if (env.driver.attached !== true) add(record, { advisories: run.advisories.records });
  let isGivenUp = false;
  try {
    await run.advisories.start();
    await preflight(run);
    await startWorkloads(run);
    const { steady, ...before } = await steadyStateBefore(run);
    add(record, before);
    if (steady) {
      env.ctx.prepareNext?.();
      await runMethod(run, record);
      isGivenUp = await undoFaults(run);
      if (!isStuck(run)) add(record, await steadyStateAfter(run, record.phases));
      recordFaultRecoveries(run, record.phases);
    }
    if (isStuck(run)) {
      const why = 'a fault is still there: the workloads are not drained, and nothing is checked';
      run.timeline.log('problem', why);
    } else {
      add(record, await drain(run, record.phases));
      const unread = await audit(run, record.phases);
      if (mayBeLost(record, unread)) add(record, await steadyStateStill(run));
    }
  } catch (error) {
    add(record, failureOf(error, env));
  } finally {
    add(record, await close(run, isGivenUp));
  }
  add(record, await checkHarness(run, record));
  // A runner in trouble cannot prove anything about the servers, and they are taken down next.
  if (record.interrupted === undefined && !isInTrouble(env.ctx)) {
    // On servers of its own, what an action has left goes with them.
    if (env.driver.attached === true) record.unclean.push(...run.actionUndo.left);
    record.unclean.push(...(await proveWhole(run, record)));
    await run.exits.observeNow();
  }
  // Last, because an engine that is back tells only now how its containers ended.
  if (record.harness !== undefined) excuseByHarness(run.exits.crashes, record.harness);
}

/** Whether servers with assertions come later than at the start. */
function bringsAssertions({ phases }: Plan): boolean {
  const actions = phases.flatMap((phase) => phase.actions);
  return actions.some(
    ({ kind, options: { to } }) => kind === 'upgrade' && splitAssertions(String(to)).assertions,
  );
}

function add(record: RunRecord, part: Partial<RunRecord>): void {
  Object.assign(record, part);
}

function createDriver(ctx: ExecuteContext, timeline: Timeline): Environment['driver'] {
  return ctx.createDriver({
    runId: ctx.runId,
    logFolder: join(ctx.folder, 'logs'),
    clock: ctx.clock,
    signal: ctx.signal,
    freePorts: ctx.freePorts,
    progress: (text) => timeline.log('cluster', text),
    journal: (undo) => ctx.journal.append(undo),
  });
}
