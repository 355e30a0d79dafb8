import type { ActionContext } from '../actions/action.ts';
import type { PhaseRecord, Sample } from '../history/record.ts';
import { recoveryText } from '../history/recovery.ts';
import type { ExpectationPlan, FaultPlan, PhasePlan, Plan } from '../plan/plan.ts';
import { isTrend } from '../probes/condition.ts';
import { sleep, throwIfAborted } from '../support/deadline.ts';
import { messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import { conditionText, evaluate, holdsNow } from './readings/expectation.ts';
import { chooseFaults, choiceText } from './faults/choose-faults.ts';
import type { FaultRunner } from './faults/fault-runner.ts';
import { PhaseFaults } from './faults/phase-faults.ts';
import { lastLonger } from './grace.ts';
import { PhaseActions, type PhaseActionsContext } from './phase-actions.ts';
import { awaitAvailable, livenessText, type LivenessContext } from './liveness/await-available.ts';
import { undisturbedSince } from './readings/gone.ts';
import { recoveryFrom } from './readings/recovery.ts';
import type { Sampler } from './readings/sampler.ts';
import { awaitSteady } from './readings/steady-state.ts';
import type { StopWatch } from './readings/stop-conditions.ts';
import type { Timeline } from './timeline.ts';

const POLL_MS = 20;

export interface PhaseContext {
  plan: Plan;
  /** Records of all phases, in order. */
  phases: readonly PhaseRecord[];
  faults: FaultRunner;
  sampler: Sampler;
  timeline: Timeline;
  actions: ActionContext;
  amongFaults: PhaseActionsContext['amongFaults'];
  liveness: LivenessContext;
  watch: StopWatch;
  /** Called when a phase's clock starts, with its end if that is known. */
  entered(phase: string, endsAt: Milliseconds | null): void;
  /** Why the readings of some probes cannot improve any more, in words; null while they may. */
  hopeless?: ((probes: readonly string[]) => string | null) | undefined;
}

/**
 * Runs one phase: faults are injected and proven, then the actions are done, and only then its clock starts, by which
 * other faults are injected and other actions begin. At its end its faults are undone, unless they are kept.
 *
 * @returns false when the method cannot honestly go on
 */
export async function runPhase(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): Promise<boolean> {
  ctx.timeline.log('phase', `${phase.name}: begins`);
  ctx.entered(phase.name, null);
  const faults = new PhaseFaults(chosenFaults(ctx, phase, record), phase.name, {
    faults: ctx.faults,
    timeline: ctx.timeline,
    signal: ctx.watch.signal,
  });
  const actions = new PhaseActions(phase.actions, record, {
    actions: ctx.actions,
    amongFaults: ctx.amongFaults,
    timeline: ctx.timeline,
    signal: ctx.watch.signal,
  });
  try {
    const ready = (await faults.injectFirst()) && (await actions.performFirst());
    const goesOn = ready && (await passTime(ctx, phase, record, faults, actions));
    if (!ready) lackedEffect(record);
    await faults.confirmHeld();
    return goesOn;
  } catch (error) {
    actions.stop();
    await faults.end();
    const stopped = ctx.watch.caused(error);
    record.outcome = stopped ? 'stopped' : 'aborted';
    record.note = stopped ? 'a safety limit was reached' : messageOf(error);
    if (stopped) await faults.confirmHeld();
    throw error;
  } finally {
    // A phase that was stopped had no time to meet its expectations: they say nothing about the system.
    if (record.startedAt !== undefined && record.outcome !== 'stopped') judgeExpectations(ctx, phase, record);
    await faults.undo();
    // One that waits for a node gets it once its fault is undone.
    await actions.ended();
    ctx.timeline.log(
      'phase',
      `${phase.name}: ${record.outcome}${record.note === undefined ? '' : ` (${record.note})`}`,
    );
  }
}

function chosenFaults(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): FaultPlan[] {
  const { faults, choices } = chooseFaults(phase, ctx.actions.random.seed);
  if (choices.length > 0) record.choices = choices;
  for (const choice of choices) ctx.timeline.log('fault', choiceText(choice));
  return faults;
}

function lackedEffect(record: PhaseRecord): void {
  record.outcome = 'aborted';
  record.note = 'a fault or action of the phase did not take effect';
}

/** Lets the phase's clock run, until its end or until a fault or action by the clock does not take effect. */
async function passTime(
  ctx: PhaseContext,
  phase: PhasePlan,
  record: PhaseRecord,
  faults: PhaseFaults,
  actions: PhaseActions,
): Promise<boolean> {
  record.startedAt = ctx.timeline.now();
  faults.start();
  actions.start();
  const broken = AbortSignal.any([faults.broken, actions.broken]);
  const signal = AbortSignal.any([ctx.watch.signal, broken]);
  let goesOn = false;
  try {
    goesOn = await untilEnd(ctx, phase, record, record.startedAt, signal);
    if (goesOn && phase.graceMs !== undefined) await lastLonger(ctx, phase, record, actions, signal);
  } catch (error) {
    if (!broken.aborted || ctx.watch.signal.aborted) throw error;
  } finally {
    actions.stop();
    const ended = faults.end();
    // Only what is judged must be read to the end: meanwhile faults would be in force for longer than they are to be.
    if (!ctx.watch.signal.aborted) {
      const read = ctx.sampler.readNow();
      if (phase.expectations.length > 0) await read;
    }
    record.endedAt = ctx.timeline.now();
    await ended;
  }
  throwIfAborted(ctx.watch.signal);
  if (broken.aborted) {
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
  if (phase.until === 'available') return untilAvailable(ctx, phase, record);
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
    now: ctx.timeline.now,
    signal,
    withinMs: phase.withinMs,
    undisturbedSince: undisturbedSince({
      phases: ctx.plan.phases,
      records: ctx.phases,
      faults: ctx.faults.records,
    }),
    hopeless: ctx.hopeless,
  });
  if (outcome.since === undefined) {
    const unmet = outcome.results.filter((result) => result.outcome !== 'met');
    record.recovery = {
      outcome: 'not-recovered',
      readings: outcome.results.reduce((sum, { readings }) => sum + readings, 0),
    };
    return timedOut(
      record,
      phase,
      unmet.map((r) => `${r.probe} (${r.condition}): ${r.statement}`),
      outcome.gaveUp,
    );
  }
  record.outcome = 'completed';
  record.recovery = recoveryFrom({
    expectations: ctx.plan.steadyState,
    samples: (probe) => ctx.sampler.samples(probe),
    faults: ctx.faults.records,
    phases: ctx.phases,
    startedAt: start,
    steadySince: outcome.since,
  });
  if (record.recovery.ms !== undefined) record.recoveryMs = record.recovery.ms;
  record.note = recoveryText(record.recovery);
  return true;
}

/** What is stuck although it has a quorum has failed; where nothing has one, nothing is proven. */
async function untilAvailable(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): Promise<boolean> {
  const liveness = await awaitAvailable(ctx.liveness, phase.name, phase.withinMs ?? 0);
  record.liveness = liveness;
  const states = liveness.targets.map(({ state }) => state);
  if (states.includes('stuck')) return timedOut(record, phase, [livenessText(liveness)]);
  record.note = livenessText(liveness);
  record.outcome = states.includes('available') ? 'completed' : 'aborted';
  return record.outcome === 'completed';
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
    const gaveUp = ctx.hopeless?.(unmet().map((e) => e.probe)) ?? undefined;
    if (gaveUp !== undefined || ctx.timeline.now() - start >= (phase.withinMs ?? 0)) {
      if (phase.mayTimeOut === true) {
        record.outcome = 'completed';
        record.note = 'what it waits for did not come, and need not';
        return true;
      }
      return timedOut(
        record,
        phase,
        unmet().map((e) => {
          const last = ctx.sampler.samples(e.probe).at(-1);
          return `${e.probe} (${conditionText(e.condition)}): ${last?.state ?? last?.value ?? last?.error ?? 'never read'}${nothingMore(ctx, e.probe)}`;
        }),
        gaveUp,
      );
    }
    await sleep(POLL_MS, signal);
  }
  record.outcome = 'completed';
  if (conditions.every((e) => heldAtFirst(e, ctx.sampler.samples(e.probe), start))) {
    record.heldAtOnce = true;
    record.note = 'what it waits for held at its first reading';
  }
  return true;
}

/** What the workload of a probe has come to, where it has nothing more to do: nobody waits for it to go on. */
function nothingMore({ plan, liveness }: PhaseContext, id: string): string {
  const probe = plan.probes.find((one) => one.id === id);
  if (probe?.kind !== 'workload-progress') return '';
  const progress = liveness.workload(probe.target)?.progress();
  if (progress?.finished !== true) return '';
  return `, and ${probe.target} has nothing more to do: ${progress.failed} failed, ${progress.unknown} unanswered`;
}

/** A trend needs two readings. */
function heldAtFirst(
  { condition }: ExpectationPlan,
  samples: readonly Sample[],
  start: Milliseconds,
): boolean {
  const needed = isTrend(condition) ? 2 : 1;
  const first = samples.filter(({ t }) => t >= start).slice(0, needed);
  return holdsNow(condition, first, start);
}

/** @param gaveUp why waiting on could not have helped, where it was given up before its time */
function timedOut(record: PhaseRecord, phase: PhasePlan, unmet: string[], gaveUp?: string): false {
  record.outcome = 'timed-out';
  const how =
    gaveUp === undefined ? `not within ${formatDuration(phase.withinMs ?? 0)}` : `given up, as ${gaveUp}`;
  record.note = `${how}: ${unmet.join('; ')}`;
  return false;
}

function judgeExpectations(ctx: PhaseContext, phase: PhasePlan, record: PhaseRecord): void {
  const window = { start: record.startedAt ?? 0, end: record.endedAt ?? ctx.timeline.now() };
  record.expectations = phase.expectations.map((e) => evaluate(e, ctx.sampler.samples(e.probe), window));
  for (const result of record.expectations.filter((r) => r.outcome !== 'met')) {
    ctx.timeline.log(
      'problem',
      `${result.probe} (${result.condition}) ${result.outcome}: ${result.statement}`,
    );
  }
}
