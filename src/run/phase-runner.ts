import { actions } from '../actions/index.ts';
import type { ActionContext } from '../actions/action.ts';
import type { PhaseRecord } from '../history/record.ts';
import type { ActionPlan, ExpectationPlan, FaultPlan, PhasePlan, Plan } from '../plan/plan.ts';
import { sleep, throwIfAborted } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { conditionText, evaluate, holdsNow } from './expectation.ts';
import { chooseFaults, choiceText } from './choose-faults.ts';
import type { FaultRunner } from './fault-runner.ts';
import { PhaseFaults } from './phase-faults.ts';
import type { Sampler } from './sampler.ts';
import { awaitSteady } from './steady-state.ts';
import type { StopWatch } from './stop-watch.ts';
import type { Story } from './story.ts';

const POLL_MS = 20;

export interface PhaseContext {
  plan: Plan;
  faults: FaultRunner;
  sampler: Sampler;
  story: Story;
  actions: ActionContext;
  watch: StopWatch;
  /** Called when a phase's clock starts, with its end if that is known. */
  entered(phase: string, endsAt: Milliseconds | null): void;
}

/**
 * Runs one phase: faults are injected and proven, then the actions are done, and only then its clock starts, by which
 * other faults strike. At its end its faults are undone, unless they are kept.
 *
 * @returns false when the method cannot honestly go on
 */
export async function runPhase(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): Promise<boolean> {
  ctx.story.tell('phase', `${phase.name}: begins`);
  ctx.entered(phase.name, null);
  const faults = new PhaseFaults(chosenFaults(ctx, phase, record), phase.name, {
    faults: ctx.faults,
    story: ctx.story,
    signal: ctx.watch.signal,
  });
  try {
    const ready = (await faults.strikeFirst()) && (await performAll(ctx, phase.actions, record));
    const goesOn = ready && (await passTime(ctx, phase, record, faults));
    if (!ready) lackedEffect(record);
    await faults.confirmHeld();
    return goesOn;
  } catch (error) {
    await faults.end();
    const stopped = ctx.watch.caused(error);
    record.outcome = stopped ? 'stopped' : 'aborted';
    record.note = stopped ? 'a safety limit was reached' : messageOf(error);
    if (stopped) await faults.confirmHeld();
    throw error;
  } finally {
    // What a phase had no time for says nothing about the system.
    if (record.startedAt !== undefined && record.outcome !== 'stopped') judgeExpectations(ctx, phase, record);
    await faults.undo();
    ctx.story.tell(
      'phase',
      `${phase.name}: ${record.outcome}${record.note === undefined ? '' : ` (${record.note})`}`,
    );
  }
}

function chosenFaults(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): FaultPlan[] {
  const { faults, choices } = chooseFaults(phase, ctx.actions.random.seed);
  if (choices.length > 0) record.choices = choices;
  for (const choice of choices) ctx.story.tell('fault', choiceText(choice));
  return faults;
}

function lackedEffect(record: PhaseRecord): void {
  record.outcome = 'aborted';
  record.note = 'a fault or action of the phase did not take effect';
}

async function performAll(
  ctx: PhaseContext,
  plans: readonly ActionPlan[],
  record: PhaseRecord,
): Promise<boolean> {
  for (const plan of plans) {
    const t = ctx.story.now();
    const entry = { t, kind: plan.kind, title: plan.title };
    try {
      const action = actions.find((a) => a.kind === plan.kind);
      if (!action) throw new ChaosError('failed', `there is no action of kind ${plan.kind}`);
      const evidence = await action.perform(ctx.actions, plan.options);
      record.actions.push({ ...entry, ok: true, ...(evidence === undefined ? {} : { evidence }) });
      ctx.story.tell('action', evidence === undefined ? plan.title : `${plan.title}: ${evidence}`);
    } catch (error) {
      if (error instanceof ChaosError && error.code === 'aborted') throw error;
      record.actions.push({ ...entry, ok: false, error: messageOf(error) });
      ctx.story.tell('problem', `${plan.title}: ${messageOf(error)}`);
      return false;
    }
  }
  return true;
}

/** Lets the phase's clock run, until its end or until a fault by the clock does not take effect. */
async function passTime(
  ctx: PhaseContext,
  phase: PhasePlan,
  record: PhaseRecord,
  faults: PhaseFaults,
): Promise<boolean> {
  record.startedAt = ctx.story.now();
  faults.start();
  const signal = AbortSignal.any([ctx.watch.signal, faults.broken]);
  let goesOn = false;
  try {
    goesOn = await untilEnd(ctx, phase, record, record.startedAt, signal);
  } catch (error) {
    if (!faults.broken.aborted || ctx.watch.signal.aborted) throw error;
  } finally {
    const ended = faults.end();
    if (!ctx.watch.signal.aborted) await ctx.sampler.readNow();
    record.endedAt = ctx.story.now();
    await ended;
  }
  throwIfAborted(ctx.watch.signal);
  if (faults.broken.aborted) {
    lackedEffect(record);
    return false;
  }
  faults.recordNeverDue();
  return goesOn;
}

async function untilEnd(
  ctx: PhaseContext,
  phase: PhasePlan,
  record: PhaseRecord,
  start: Milliseconds,
  signal: AbortSignal,
): Promise<boolean> {
  if (phase.until === 'steady') return untilSteady(ctx, phase, record, start, signal);
  if (phase.until !== undefined) return untilConditions(ctx, phase, phase.until, record, start, signal);
  ctx.entered(phase.name, start + (phase.forMs ?? 0));
  await sleep(phase.forMs ?? 0, signal);
  record.outcome = 'completed';
  return true;
}

async function untilSteady(
  ctx: PhaseContext,
  phase: PhasePlan,
  record: PhaseRecord,
  start: Milliseconds,
  signal: AbortSignal,
): Promise<boolean> {
  const outcome = await awaitSteady({
    expectations: ctx.plan.steadyState,
    sampler: ctx.sampler,
    now: ctx.story.now,
    signal,
    withinMs: phase.withinMs,
  });
  if (outcome.since === undefined) {
    const unmet = outcome.results.filter((result) => result.outcome !== 'met');
    return timedOut(
      record,
      phase,
      unmet.map((r) => `${r.probe} (${r.condition}): ${r.statement}`),
    );
  }
  record.outcome = 'completed';
  record.recoveryMs = Math.max(0, outcome.since - (ctx.faults.lastRemovalAt() ?? start));
  record.note = `steady after ${formatDuration(record.recoveryMs)}`;
  return true;
}

async function untilConditions(
  ctx: PhaseContext,
  phase: PhasePlan,
  conditions: readonly ExpectationPlan[],
  record: PhaseRecord,
  start: Milliseconds,
  signal: AbortSignal,
): Promise<boolean> {
  const unmet = (): ExpectationPlan[] =>
    conditions.filter((e) => !holdsNow(e.condition, ctx.sampler.samples(e.probe), start));
  while (unmet().length > 0) {
    if (ctx.story.now() - start >= (phase.withinMs ?? 0)) {
      return timedOut(
        record,
        phase,
        unmet().map((e) => {
          const last = ctx.sampler.samples(e.probe).at(-1);
          return `${e.probe} (${conditionText(e.condition)}): ${last?.state ?? last?.value ?? last?.error ?? 'never read'}`;
        }),
      );
    }
    await sleep(POLL_MS, signal);
  }
  record.outcome = 'completed';
  return true;
}

function timedOut(record: PhaseRecord, phase: PhasePlan, unmet: string[]): false {
  record.outcome = 'timed-out';
  record.note = `not within ${formatDuration(phase.withinMs ?? 0)}: ${unmet.join('; ')}`;
  return false;
}

function judgeExpectations(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): void {
  const window = { start: record.startedAt ?? 0, end: record.endedAt ?? ctx.story.now() };
  record.expectations = phase.expectations.map((e) => evaluate(e, ctx.sampler.samples(e.probe), window));
  for (const result of record.expectations.filter((r) => r.outcome !== 'met')) {
    ctx.story.tell('problem', `${result.probe} (${result.condition}) ${result.outcome}: ${result.statement}`);
  }
}
