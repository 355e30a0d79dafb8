import type { FaultRecord } from '../../history/record.ts';
import type { SystemContext } from '../../faults/fault.ts';
import type { FaultPlan } from '../../plan/plan.ts';
import { sleep, throwIfAborted } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Timeline } from '../timeline.ts';
import type { Journal } from '../undo/journal.ts';
import type { UndoStack } from '../undo/undo-stack.ts';
import { FaultRecords } from './fault-records.ts';
import {
  isBlank,
  injectionId,
  type ActiveInjection,
  type InjectionOutcome,
  type Injection,
} from './injection.ts';
import type { Injections } from './injections.ts';
import { Injector } from './injector.ts';
import { Prover } from './prover.ts';
import { Remover } from './remover.ts';
import { Targeting } from './targeting.ts';

/** How often a fault that waits for another tries again. */
const AGAIN_MS = 100;
const NEVER = new AbortController().signal;

/** What came of a fault that was to be injected before the clock of its phase starts. */
export type FirstOutcome = InjectionOutcome | 'waiting';

/** Injects faults and undoes them, each step proven from outside and recorded. */
export class FaultRunner {
  readonly #ctx: SystemContext;
  readonly #timeline: Timeline;
  readonly #injections: Injections;
  readonly #records: FaultRecords;
  readonly #targeting: Targeting;
  readonly #injector: Injector;
  readonly #remover: Remover;

  /** @param noteTrouble told of an injection that failed because the program itself is in trouble */
  constructor(
    ctx: SystemContext,
    journal: Journal,
    stack: UndoStack,
    timeline: Timeline,
    injections: Injections,
    noteTrouble: (thrown: unknown) => void,
  ) {
    const records = new FaultRecords(timeline, noteTrouble);
    const prover = new Prover(ctx.driver, injections, timeline.now);
    this.#ctx = ctx;
    this.#timeline = timeline;
    this.#injections = injections;
    this.#records = records;
    this.#targeting = new Targeting(ctx, injections);
    this.#injector = new Injector({ records, injections, journal, stack, timeline, prover });
    this.#remover = new Remover(injections, stack, timeline, prover);
  }

  /** Of all injections; grows. */
  get records(): FaultRecord[] {
    return this.#records.all;
  }

  /** Whether a fault could not be undone and is still in force: from then on nothing can be judged. */
  get stuck(): boolean {
    return this.#records.stuck;
  }

  /** When the last fault was proven removed, if any was. */
  lastRemovalAt(): Milliseconds | undefined {
    return this.#records.lastRemovalAt();
  }

  /**
   * Resolves faults in their order, then injects them all at once; those that touch the same nodes in their order,
   * each proven before the next. When one cannot be resolved none is injected; one that is skipped is left out.
   *
   * @returns plan id → outcome; `waiting` for one that meets another, and is to be injected once that is removed
   */
  async injectAll(plans: readonly FaultPlan[], phase: string): Promise<Map<string, FirstOutcome>> {
    const outcomes = new Map<string, FirstOutcome>();
    const resolved: Injection[] = [];
    try {
      for (const plan of plans) {
        throwIfAborted(this.#ctx.signal);
        const once = plan.onConflict === 'wait' ? { ...plan, onConflict: 'skip' as const } : plan;
        const injection = await this.#resolveTargets(once, 1, phase, NEVER);
        if (injection === 'unproven') return outcomes.set(plan.id, injection);
        if (injection === 'skipped') outcomes.set(plan.id, injection);
        else resolved.push(injection);
      }
      const launches = resolved.map(async (injection) =>
        outcomes.set(injection.plan.id, await this.#launch(injection)),
      );
      // No injection may be under way any more when this returns, or throws.
      await Promise.allSettled(launches);
      await Promise.all(launches);
      for (const plan of plans) {
        if (outcomes.get(plan.id) !== 'skipped') continue;
        const waits = plan.onConflict === 'wait';
        if (waits) outcomes.set(plan.id, 'waiting');
        this.#settleSkipped(injectionId(plan, 1), waits);
      }
      return outcomes;
    } finally {
      // What was not begun because of another is a consequence, and has no record.
      for (const { record } of resolved) if (isBlank(record)) this.#forget(record);
    }
  }

  /**
   * One injection of a fault, the first or a later one.
   *
   * @param over fires at the end of the phase: until then it may wait for other faults
   */
  async inject(
    plan: FaultPlan,
    number: number,
    phase: string,
    over: AbortSignal = NEVER,
  ): Promise<InjectionOutcome> {
    for (;;) {
      const injection = await this.#resolveTargets(plan, number, phase, over);
      const outcome = typeof injection === 'string' ? injection : await this.#launch(injection);
      if (outcome !== 'skipped') return outcome;
      // Here the other fault has shown only in what this one would change: that is observed again.
      const waits = plan.onConflict === 'wait' && !over.aborted;
      this.#settleSkipped(injectionId(plan, number), waits);
      if (!waits) return outcome;
      await sleep(AGAIN_MS, this.#ctx.signal);
    }
  }

  /** Records a fault whose time never came. */
  neverDue(plan: FaultPlan, phase: string, why: string): void {
    this.#records.neverDue(plan, phase, why);
  }

  /** All that are in force, in the order in which their targets were resolved. */
  active(): ActiveInjection[] {
    return this.#injections.all();
  }

  /** Ids of what a phase has injected and is not proven removed, in the order of injection. */
  activeIn(phase: string): { id: string; keep: boolean }[] {
    return this.#injections.activeIn(phase).map(({ record, plan }) => ({ id: record.id, keep: plan.keep }));
  }

  /**
   * Observes once more, just before the end, whether faults are still in force.
   *
   * @returns false when a later fault on the same nodes hides that from some, so that they must be observed again
   */
  async confirmHeld(ids: readonly string[]): Promise<boolean> {
    return !(await Promise.all(ids.map((id) => this.#remover.confirmHeld(id)))).includes(false);
  }

  /**
   * Undoes one injection and proves its removal; one that is removed already is left alone.
   *
   * @param over while it has not fired, the proof waits for later faults on the same nodes, which may hide it
   * @returns true when the removal is proven
   */
  undo(id: string, over?: AbortSignal): Promise<boolean> {
    return this.#remover.undo(id, over);
  }

  /** Undoes whatever is still in force, the last first. */
  undoAll(): Promise<void> {
    return this.#remover.undoAll();
  }

  /** Resolves the targets of an injection, if they may be affected. From then on they count as affected. */
  async #resolveTargets(
    plan: FaultPlan,
    number: number,
    phase: string,
    over: AbortSignal,
  ): Promise<Injection | 'unproven' | 'skipped'> {
    const record = this.#records.begin(plan, number, phase);
    try {
      const resolved = await this.#targeting.resolveTargets(plan, record, over);
      if (!('conflict' in resolved)) return resolved;
      if (plan.onConflict !== 'end') return this.#records.skip(record, resolved.conflict);
      return this.#records.refuse(record, resolved.conflict);
    } catch (thrown) {
      return this.#records.failed(record, thrown);
    }
  }

  /** One that waits is as if it had not been tried yet; any other has its line in the timeline. */
  #settleSkipped(id: string, waits: boolean): void {
    const record = this.#records.byId(id);
    if (!record) return;
    if (waits) this.#forget(record);
    else this.#timeline.log('fault', `${record.title}: skipped: ${record.skipped ?? ''}`);
  }

  /** One that has to follow another, which is then not proven, is not begun. */
  #launch(injection: Injection): Promise<InjectionOutcome> {
    const { record } = injection;
    return this.#injections.launch(injection, async (before) => {
      try {
        if ((await Promise.all(before)).includes('unproven')) return 'unproven';
        return await this.#injector.inject(injection);
      } catch (error) {
        return this.#records.failed(record, error);
      } finally {
        if (isBlank(record)) this.#forget(record);
        else if (record.injectedAt === undefined) this.#injections.forget(record.id);
      }
    });
  }

  #forget(record: FaultRecord): void {
    this.#injections.forget(record.id);
    this.#records.drop(record);
  }
}
