import type { FaultPlan } from '../../plan/plan.ts';
import { sleep } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { formatDuration, type Milliseconds } from '../../support/units.ts';
import type { FaultRunner, FirstOutcome } from './fault-runner.ts';
import { injectionId, type InjectionOutcome } from './injection.ts';
import type { Timeline } from '../timeline.ts';

/** How often a fault whose end another fault hides is observed again. */
const HIDDEN_MS = 100;

export interface PhaseFaultsContext {
  faults: Pick<FaultRunner, 'injectAll' | 'inject' | 'confirmHeld' | 'undo' | 'activeIn' | 'neverDue'>;
  timeline: Pick<Timeline, 'now' | 'log'>;
  /** Fires when the method must end. */
  signal: AbortSignal;
}

/** The faults of one phase: those injected before its clock starts, and those injected by the clock. */
export class PhaseFaults {
  readonly #plans: readonly FaultPlan[];
  readonly #phase: string;
  readonly #ctx: PhaseFaultsContext;
  /** Fires when the phase's clock has stopped: no injection begins any more. */
  readonly #over = new AbortController();
  /** Fires when an injection is not proven: the phase cannot honestly go on. */
  readonly #broken = new AbortController();
  /** Plans of which at least one injection has begun. */
  readonly #begun = new Set<FaultPlan>();
  /** The outcomes of those injected before the clock starts, by the ids of their plans. */
  #first: ReadonlyMap<string, FirstOutcome> = new Map();
  #startedAt: Milliseconds | undefined;
  #lasted: Milliseconds | undefined;
  #following: Promise<void>[] = [];

  constructor(plans: readonly FaultPlan[], phase: string, ctx: PhaseFaultsContext) {
    this.#plans = plans;
    this.#phase = phase;
    this.#ctx = ctx;
  }

  /** Fires when an injection by the clock is not proven, or its removal. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Injects what does not go by the clock. @returns true when all of it is in force, or was skipped or waits */
  async injectFirst(): Promise<boolean> {
    const first = this.#plans.filter((plan) => plan.afterMs === undefined);
    for (const plan of first) this.#begun.add(plan);
    this.#first = await this.#ctx.faults.injectAll(first, this.#phase);
    return ![...this.#first.values()].includes('unproven');
  }

  /** The phase's clock has started. */
  start(): void {
    this.#startedAt = this.#ctx.timeline.now();
    this.#following = this.#plans.map((plan) => this.#follow(plan));
  }

  /** The phase's clock has stopped. Waits until every injection that has begun is proven or has failed. */
  async end(): Promise<void> {
    this.#lasted ??= this.#elapsed();
    this.#over.abort();
    await Promise.allSettled(this.#following);
  }

  /** Observes whether the faults that are to be in force still are. */
  async confirmHeld(): Promise<void> {
    await this.#ctx.faults.confirmHeld(this.#ctx.faults.activeIn(this.#phase).map(({ id }) => id));
  }

  /** Undoes what is still in force and not kept, the last first: a fault that hid another is removed before it. */
  async undo(): Promise<void> {
    for (const { id, keep } of this.#ctx.faults.activeIn(this.#phase).reverse()) {
      if (keep) continue;
      if (!this.#ctx.signal.aborted) await this.#ctx.faults.confirmHeld([id]);
      await this.#ctx.faults.undo(id);
    }
  }

  /** Records the faults whose time did not come. */
  recordNeverDue(): void {
    const lasted = this.#lasted ?? this.#elapsed();
    for (const plan of this.#plans) {
      if (this.#begun.has(plan)) continue;
      const due = formatDuration(plan.afterMs ?? 0);
      const why = `it was to be injected after ${due}, and the phase lasted ${formatDuration(lasted)}`;
      this.#ctx.faults.neverDue(plan, this.#phase, why);
    }
  }

  async #follow(plan: FaultPlan): Promise<void> {
    try {
      await this.#injections(plan);
    } catch (error) {
      if (error instanceof ChaosError && error.code === 'aborted') return;
      this.#ctx.timeline.log('problem', `${plan.title}: ${messageOf(error)}`);
      this.#broken.abort();
    }
  }

  /** Injects when it is time, undoes when it is time, and so on until the phase is over. */
  async #injections(plan: FaultPlan): Promise<void> {
    let due = plan.afterMs ?? 0;
    for (let number = 1; ; number += 1) {
      const before = number === 1 ? this.#first.get(plan.id) : undefined;
      const byClock = before === undefined || before === 'waiting';
      const outcome = byClock ? await this.#inject(plan, number, due) : before;
      if (outcome === null || outcome === 'unproven') return;
      if (outcome === 'proven') {
        if (plan.forMs === undefined) return;
        const inForceFrom = byClock ? this.#elapsed() : 0;
        if (!(await this.#comes(inForceFrom + plan.forMs))) return;
        if (!(await this.#takeBack(injectionId(plan, number)))) return;
      }
      if (plan.everyMs === undefined) return;
      due = Math.max(due + plan.everyMs, this.#elapsed());
    }
  }

  /** @returns the outcome; null when the phase was over before it was due */
  async #inject(plan: FaultPlan, number: number, due: Milliseconds): Promise<InjectionOutcome | null> {
    if (!(await this.#comes(due))) return null;
    this.#begun.add(plan);
    const outcome = await this.#ctx.faults.inject(plan, number, this.#phase, this.#over.signal);
    if (outcome === 'unproven') this.#broken.abort();
    return outcome;
  }

  /** @returns true when its removal is proven; what the end of the phase cuts short is left to the phase */
  async #takeBack(id: string): Promise<boolean> {
    // It stays until its removal can be observed: nothing can be observed of a node that another fault has stopped.
    while (!(await this.#ctx.faults.confirmHeld([id]))) {
      if (!(await this.#comes(this.#elapsed() + HIDDEN_MS))) return false;
    }
    const isRemoved = await this.#ctx.faults.undo(id, this.#over.signal);
    if (!isRemoved) this.#broken.abort();
    return isRemoved;
  }

  /** Waits for a moment of the phase. @returns false when the phase is over before */
  async #comes(moment: Milliseconds): Promise<boolean> {
    if (this.#over.signal.aborted) return false;
    try {
      await sleep(
        Math.max(0, moment - this.#elapsed()),
        AbortSignal.any([this.#ctx.signal, this.#over.signal]),
      );
      return true;
    } catch (error) {
      if (this.#ctx.signal.aborted) throw error;
      return false;
    }
  }

  #elapsed(): Milliseconds {
    return this.#ctx.timeline.now() - (this.#startedAt ?? this.#ctx.timeline.now());
  }
}
