import type { SystemContext } from '../../faults/fault.ts';
import { faults } from '../../faults/index.ts';
import { NoFreeNodeError } from '../../faults/targets.ts';
import type { FaultRecord } from '../../history/record.ts';
import type { FaultPlan } from '../../plan/plan.ts';
import { sleep, throwIfAborted } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { randomFor } from '../../support/random.ts';
import type { Injections } from './injections.ts';
import { touchedBy, type Injection } from './injection.ts';

const POLL_MS = 50;

/** Why an injection must not be made now. */
export interface Conflict {
  conflict: string;
}

/** Resolves the targets of an injection, and whether it may be made: from then on its targets count as affected. */
export class Targeting {
  readonly #ctx: SystemContext;
  readonly #injections: Injections;

  constructor(ctx: SystemContext, injections: Injections) {
    this.#ctx = ctx;
    this.#injections = injections;
  }

  /**
   * Waits for removals under way on the same nodes, or of any fault when too many nodes would be down; for other faults
   * only where the plan says so.
   *
   * @param over when it fires, the waiting ends
   */
  async resolveTargets(
    plan: FaultPlan,
    record: FaultRecord,
    over: AbortSignal,
  ): Promise<Injection | Conflict> {
    for (;;) {
      const resolved = await this.#resolve(plan, record, over);
      const removals =
        'conflict' in resolved ? this.#injections.removals() : this.#injections.removalsInTheWay(resolved);
      if (removals.length > 0 && !isOver(plan, over)) {
        await Promise.race(removals);
        throwIfAborted(this.#ctx.signal);
        continue;
      }
      // No await may come between this check and the registration that it allows.
      const conflict = 'conflict' in resolved ? resolved.conflict : this.#conflict(resolved);
      if (conflict === null) {
        this.#injections.register(resolved as Injection);
        return resolved;
      }
      if (plan.onConflict !== 'wait' || over.aborted) return { conflict };
      await sleep(POLL_MS, this.#ctx.signal);
    }
  }

  /** With `onConflict: end` a fault is injected although it meets another: its proof then decides. */
  #conflict(injection: Injection): string | null {
    const met = injection.plan.onConflict === 'end' ? null : this.#injections.conflict(injection);
    return met ?? this.#injections.refusal(injection);
  }

  async #resolve(plan: FaultPlan, record: FaultRecord, over: AbortSignal): Promise<Injection | Conflict> {
    const fault = faults.find((f) => f.kind === plan.kind);
    if (!fault) throw new ChaosError('failed', `there is no fault of kind ${plan.kind}`);
    const ctx = { ...this.#ctx, random: randomFor(this.#ctx.random.seed, record.id), fault: record.id };
    const signal = plan.onConflict === 'end' ? ctx.signal : AbortSignal.any([ctx.signal, over]);
    const isFree = (node: string): boolean => this.#injections.isFree(fault, node);
    try {
      const target = await fault.resolve({ ...ctx, signal, isFree }, plan.options);
      record.targets = [...target.nodes, ...target.links];
      record.roles = target.roles;
      return { fault, plan, record, ctx, target, touches: touchedBy(target, ctx.links) };
    } catch (error) {
      throwIfAborted(ctx.signal);
      if (isOver(plan, over)) return { conflict: 'its phase ended before somebody had the role' };
      if (error instanceof NoFreeNodeError) return { conflict: error.message };
      if (plan.onConflict === 'end' || !isMissing(error) || !this.#injections.mayCostLeaders()) throw error;
      return { conflict: `${messageOf(error)}, while other faults are in force` };
    }
  }
}

function isOver(plan: FaultPlan, over: AbortSignal): boolean {
  return over.aborted && plan.onConflict !== 'end';
}

/** Whether the role stayed vacant until the deadline. */
function isMissing(error: unknown): boolean {
  return error instanceof ChaosError && error.code === 'timeout';
}
