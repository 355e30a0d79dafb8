import type { ActionContext } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { ActionRecord, PhaseRecord } from '../history/record.ts';
import type { ActionPlan } from '../plan/plan.ts';
import { sleep, throwIfAborted } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { isOwnTrouble } from '../support/system-errors.ts';
import { randomFor } from '../support/random.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { Timeline } from './timeline.ts';
import { firstOf, Turns, type TurnsBefore } from './turns.ts';

export interface PhaseActionsContext {
  actions: ActionContext;
  /** For actions by the clock, beside which faults come and go. */
  amongFaults: Pick<ActionContext, 'withNodes' | 'demandMayGoDown'>;
  timeline: Pick<Timeline, 'now' | 'log'>;
  /** Fires when the method must end. */
  signal: AbortSignal;
}

/** The actions of one phase: those done before its clock starts, and those that begin by the clock. */
export class PhaseActions {
  readonly #plans: readonly ActionPlan[];
  readonly #record: PhaseRecord;
  readonly #ctx: PhaseActionsContext;
  /** Fires when the phase's clock has stopped: no action begins any more. */
  readonly #over = new AbortController();
  /** Fires when an action by the clock has failed that must not. */
  readonly #broken = new AbortController();
  #byClock: Promise<void> = Promise.resolve();
  #trouble: { thrown: unknown } | undefined;

  constructor(plans: readonly ActionPlan[], record: PhaseRecord, ctx: PhaseActionsContext) {
    this.#plans = plans;
    this.#record = record;
    this.#ctx = ctx;
  }

  /** Fires when an action by the clock takes no effect: the phase cannot honestly go on. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Does what does not go by the clock. @returns false when one took no effect that had to */
  async performFirst(): Promise<boolean> {
    for (const plan of this.#plans.filter(({ afterMs }) => afterMs === undefined)) {
      if (!(await this.#perform(plan, this.#ctx.actions))) return false;
    }
    return true;
  }

  /** The phase's clock has started. */
  start(): void {
    const startedAt = this.#ctx.timeline.now();
    this.#byClock = this.#performByClock(startedAt).catch((thrown: unknown) => {
      this.#trouble = { thrown };
      this.#broken.abort();
    });
  }

  /** The phase's clock has stopped. */
  stop(): void {
    this.#over.abort();
  }

  /**
   * Waits until every action by the clock is over.
   *
   * @returns false when the signal fires before
   */
  async allOver(signal: AbortSignal): Promise<boolean> {
    return firstOf(this.#byClock, signal);
  }

  /**
   * Waits for the actions that may still be going on.
   *
   * @throws what the program itself was in no state to do
   */
  async ended(): Promise<void> {
    this.stop();
    await this.#byClock;
    const { signal } = this.#ctx;
    if (this.#trouble !== undefined && !signal.aborted) throw this.#trouble.thrown;
  }

  async #performByClock(startedAt: Milliseconds): Promise<void> {
    const plans = this.#plans
      .map((plan, at) => ({ plan, at }))
      .filter(({ plan }) => plan.afterMs !== undefined)
      .sort((a, b) => (a.plan.afterMs ?? 0) - (b.plan.afterMs ?? 0));
    const turns = new Turns();
    for (const { plan, at } of plans)
      turns.take(plan, (before) =>
        this.#inTurn(plan, at, startedAt + (plan.afterMs ?? 0), before).catch((thrown: unknown) => {
          this.#trouble ??= { thrown };
          this.#broken.abort();
        }),
      );
    await turns.over();
  }

  /** Performs an action when its time has come, and what it would meet is over. */
  async #inTurn(plan: ActionPlan, at: number, due: Milliseconds, before: TurnsBefore): Promise<void> {
    const { actions: ctx, amongFaults, timeline } = this.#ctx;
    const ended = AbortSignal.any([this.#ctx.signal, this.#over.signal, this.#broken.signal]);
    const isDue = await this.#comes(due, ended);
    const waits = isDue && before.going !== null;
    const isTurn = isDue && (await before.over(ended));
    throwIfAborted(this.#ctx.signal);
    if (this.#broken.signal.aborted) return;
    if (!isTurn) {
      this.#neverBegun(plan, before.going);
      return;
    }
    const random = randomFor(ctx.random.seed, `${this.#record.name} action ${at}`);
    const waitedMs = waits ? Math.round(timeline.now() - due) : undefined;
    if (!(await this.#perform(plan, { ...ctx, ...amongFaults, random }, waitedMs))) this.#broken.abort();
  }

  /** @returns whether the method may honestly go on */
  async #perform(
    { kind, title, mayFail, options }: ActionPlan,
    ctx: ActionContext,
    waitedMs?: Milliseconds,
  ): Promise<boolean> {
    const { timeline } = this.#ctx;
    const t = timeline.now();
    const more = {
      ...(waitedMs === undefined ? {} : { waitedMs }),
      ...(mayFail === true ? { mayFail } : {}),
    };
    const waited = waitedMs === undefined ? '' : ` (waited ${formatDuration(waitedMs)} for its turn)`;
    const add = (outcome: Pick<ActionRecord, 'ok' | 'error' | 'evidence'>): void =>
      this.#add({ t, endedAt: timeline.now(), kind, title, ...outcome, ...more });
    try {
      const action = actions.find((one) => one.kind === kind);
      if (!action) throw new ChaosError('failed', `there is no action of kind ${kind}`);
      const evidence = await action.perform(ctx, options);
      add({ ok: true, ...(evidence === undefined ? {} : { evidence }) });
      timeline.log('action', `${title}${waited}${evidence === undefined ? '' : `: ${evidence}`}`);
      return true;
    } catch (error) {
      // An action that the program itself was in no state to do says nothing about the system.
      if ((error instanceof ChaosError && error.code === 'aborted') || isOwnTrouble(error)) throw error;
      add({ ok: false, error: messageOf(error) });
      timeline.log(mayFail === true ? 'action' : 'problem', `${title}${waited}: ${messageOf(error)}`);
      return mayFail === true;
    }
  }

  /** @param other what it waited for, or null */
  #neverBegun({ kind, title, afterMs, mayFail }: ActionPlan, other: string | null): void {
    const why = other === null ? 'the phase was over' : `the phase ended while "${other}" was still going on`;
    const error = `it was to begin after ${formatDuration(afterMs ?? 0)}, and ${why}`;
    const t = this.#ctx.timeline.now();
    this.#add({ t, kind, title, ok: false, error, ...(mayFail === true ? { mayFail } : {}) });
  }

  /** In the order in which they begin, whichever is over first. */
  #add(record: ActionRecord): void {
    const all = this.#record.actions;
    const next = all.findIndex(({ t }) => t > record.t);
    all.splice(next === -1 ? all.length : next, 0, record);
  }

  /** Waits for a moment of the phase. @returns false when the signal fires before */
  #comes(moment: Milliseconds, ended: AbortSignal): Promise<boolean> {
    const passes = sleep(Math.max(0, moment - this.#ctx.timeline.now()), ended);
    return passes.then(
      () => true,
      () => false,
    );
  }
}
