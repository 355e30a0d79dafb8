import type { FaultPlan } from '../plan/plan.ts';
import { sleep } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import { formatDuration, type Milliseconds } from '../support/units.ts';
import type { FaultRunner } from './fault-runner.ts';
import { strikeId } from './strike.ts';
import type { Story } from './story.ts';

export interface PhaseFaultsContext {
  faults: Pick<FaultRunner, 'strikeAll' | 'strike' | 'confirmHeld' | 'undo' | 'struckIn' | 'neverDue'>;
  story: Pick<Story, 'now' | 'tell'>;
  /** Fires when the method must end. */
  signal: AbortSignal;
}

/** The faults of one phase: those that strike before its clock starts, and those that go by the clock. */
export class PhaseFaults {
  readonly #plans: readonly FaultPlan[];
  readonly #phase: string;
  readonly #ctx: PhaseFaultsContext;
  /** Fires when the phase's clock has stopped: no strike begins any more. */
  readonly #over = new AbortController();
  /** Fires when a strike is not proven: the phase cannot honestly go on. */
  readonly #broken = new AbortController();
  /** Plans of which at least one strike has begun. */
  readonly #begun = new Set<FaultPlan>();
  #startedAt: Milliseconds | undefined;
  #lasted: Milliseconds | undefined;
  #following: Promise<void>[] = [];

  constructor(plans: readonly FaultPlan[], phase: string, ctx: PhaseFaultsContext) {
    this.#plans = plans;
    this.#phase = phase;
    this.#ctx = ctx;
  }

  /** Fires when a strike by the clock is not proven, or its removal. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Strikes what does not go by the clock. @returns true when all of it is proven to be in force */
  async strikeFirst(): Promise<boolean> {
    const first = this.#plans.filter((plan) => plan.afterMs === undefined);
    for (const plan of first) this.#begun.add(plan);
    return this.#ctx.faults.strikeAll(first, this.#phase);
  }

  /** The phase's clock has started. */
  start(): void {
    this.#startedAt = this.#ctx.story.now();
    this.#following = this.#plans.map((plan) => this.#follow(plan));
  }

  /** The phase's clock has stopped. Waits for strikes that have begun: until they are proven, or are not. */
  async end(): Promise<void> {
    this.#lasted ??= this.#elapsed();
    this.#over.abort();
    await Promise.allSettled(this.#following);
  }

  /** Looks whether what is still in force has held. */
  async confirmHeld(): Promise<void> {
    await this.#ctx.faults.confirmHeld(this.#ctx.faults.struckIn(this.#phase).map(({ id }) => id));
  }

  /** Undoes what is still in force and not kept, the last first. */
  async undo(): Promise<void> {
    for (const { id, keep } of this.#ctx.faults.struckIn(this.#phase).reverse()) {
      if (!keep) await this.#ctx.faults.undo(id);
    }
  }

  /** Records the faults whose time did not come. */
  recordNeverDue(): void {
    const lasted = this.#lasted ?? this.#elapsed();
    for (const plan of this.#plans) {
      if (this.#begun.has(plan)) continue;
      const due = formatDuration(plan.afterMs ?? 0);
      const why = `it was to strike after ${due}, and the phase lasted ${formatDuration(lasted)}`;
      this.#ctx.faults.neverDue(plan, this.#phase, why);
    }
  }

  async #follow(plan: FaultPlan): Promise<void> {
    try {
      await this.#strikes(plan);
    } catch (error) {
      if (error instanceof ChaosError && error.code === 'aborted') return;
      this.#ctx.story.tell('problem', `${plan.title}: ${messageOf(error)}`);
      this.#broken.abort();
    }
  }

  /** Strikes when it is time, undoes when it is time, and so on until the phase is over. */
  async #strikes(plan: FaultPlan): Promise<void> {
    let due = plan.afterMs ?? 0;
    for (let number = 1; ; number += 1) {
      const first = number === 1 && plan.afterMs === undefined;
      if (!first && !(await this.#strike(plan, number, due))) return;
      if (plan.forMs === undefined) return;
      const inForceFrom = first ? 0 : this.#elapsed();
      if (!(await this.#comes(inForceFrom + plan.forMs))) return;
      if (!(await this.#takeBack(strikeId(plan, number)))) return;
      if (plan.everyMs === undefined) return;
      due = Math.max(due + plan.everyMs, this.#elapsed());
    }
  }

  /** @returns true when it has struck, and is proven to be in force */
  async #strike(plan: FaultPlan, number: number, due: Milliseconds): Promise<boolean> {
    if (!(await this.#comes(due))) return false;
    this.#begun.add(plan);
    const proven = await this.#ctx.faults.strike(plan, number, this.#phase);
    if (!proven) this.#broken.abort();
    return proven;
  }

  /** @returns true when it is proven gone; what the end of the phase has cut short is left to the phase */
  async #takeBack(id: string): Promise<boolean> {
    await this.#ctx.faults.confirmHeld([id]);
    const gone = await this.#ctx.faults.undo(id, this.#over.signal);
    if (!gone) this.#broken.abort();
    return gone;
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
    return this.#ctx.story.now() - (this.#startedAt ?? this.#ctx.story.now());
  }
}
