import type { ActionContext } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import type { PhaseRecord } from '../history/record.ts';
import type { ActionPlan } from '../plan/plan.ts';
import { sleep } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { isOwnTrouble } from '../support/system-errors.ts';
import { randomFor } from '../support/random.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { Timeline } from './timeline.ts';

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
   * Waits for the one action that may still be going on.
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
    for (const { plan, at } of plans) {
      if (!(await this.#comes(startedAt + (plan.afterMs ?? 0)))) {
        this.#neverDue(plan);
        continue;
      }
      const { actions: ctx, amongFaults } = this.#ctx;
      const random = randomFor(ctx.random.seed, `${this.#record.name} action ${at}`);
      if (await this.#perform(plan, { ...ctx, ...amongFaults, random })) continue;
      this.#broken.abort();
      return;
    }
  }

  /** @returns whether the method may honestly go on */
  async #perform({ kind, title, mayFail, options }: ActionPlan, ctx: ActionContext): Promise<boolean> {
    const { timeline } = this.#ctx;
    const entry = { t: timeline.now(), kind, title, ...(mayFail === true ? { mayFail } : {}) };
    try {
      const action = actions.find((one) => one.kind === kind);
      if (!action) throw new ChaosError('failed', `there is no action of kind ${kind}`);
      const evidence = await action.perform(ctx, options);
      this.#record.actions.push({ ...entry, ok: true, ...(evidence === undefined ? {} : { evidence }) });
      timeline.log('action', evidence === undefined ? title : `${title}: ${evidence}`);
      return true;
    } catch (error) {
      // An action that the program itself was in no state to do says nothing about the system.
      if ((error instanceof ChaosError && error.code === 'aborted') || isOwnTrouble(error)) throw error;
      this.#record.actions.push({ ...entry, ok: false, error: messageOf(error) });
      timeline.log(mayFail === true ? 'action' : 'problem', `${title}: ${messageOf(error)}`);
      return mayFail === true;
    }
  }

  #neverDue({ kind, title, afterMs, mayFail }: ActionPlan): void {
    const error = `it was to begin after ${formatDuration(afterMs ?? 0)}, and the phase was over, or another action was still going on`;
    const t = this.#ctx.timeline.now();
    this.#record.actions.push({
      ...{ t, kind, title, ok: false, error },
      ...(mayFail === true ? { mayFail } : {}),
    });
  }

  /** Waits for a moment of the phase. @returns false when the phase is over before */
  async #comes(moment: Milliseconds): Promise<boolean> {
    if (this.#over.signal.aborted) return false;
    const { signal, timeline } = this.#ctx;
    try {
      await sleep(Math.max(0, moment - timeline.now()), AbortSignal.any([signal, this.#over.signal]));
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      return false;
    }
  }
}
