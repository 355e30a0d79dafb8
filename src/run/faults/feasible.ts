import { faults } from '../../faults/index.ts';
import type { SystemContext } from '../../faults/fault.ts';
import type { FaultPlan, Plan } from '../../plan/plan.ts';
import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import { randomFor } from '../../support/random.ts';

/**
 * Asks the driver about every fault of the method, by the targets that it would have now, before anything is disturbed.
 *
 * @throws ChaosError `unavailable` with every fault that cannot be done, and what to do about it
 */
export async function demandFeasible({ phases }: Plan, ctx: SystemContext): Promise<void> {
  const planned = phases.flatMap((phase) =>
    phase.faults.flatMap((item) => ('of' in item ? item.of : [item])),
  );
  const objections: string[] = [];
  for (const plan of planned) {
    const why = await objectionTo(plan, ctx);
    if (why !== null) objections.push(`${plan.title} cannot be done here: ${why}`);
  }
  if (objections.length > 0) throw new ChaosError('unavailable', objections.join('; '));
}

async function objectionTo({ kind, id, options }: FaultPlan, ctx: SystemContext): Promise<string | null> {
  const fault = faults.find((one) => one.kind === kind);
  const effect = fault?.effect?.(options);
  // Only a fault with an effect on links needs control of links, which a driver may lack.
  if (fault === undefined || effect === undefined || !ctx.driver.linkControl?.objection) return null;
  // The same draw as that of its first injection.
  const own = { ...ctx, random: randomFor(ctx.random.seed, id), fault: id };
  // A role may be vacant for now: then the objection is raised at the injection.
  const target = await fault.resolve(own, options).catch(() => null);
  throwIfAborted(ctx.signal);
  return target === null ? null : ctx.driver.linkControl.objection(target.links, effect);
}
