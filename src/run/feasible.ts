import { faults } from '../faults/index.ts';
import type { SystemContext } from '../faults/fault.ts';
import type { FaultPlan, Plan } from '../plan/plan.ts';
import { throwIfAborted } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import { randomFor } from '../support/random.ts';

/**
 * Asks the driver about every fault of the method, by what it would strike just now, before anything is disturbed.
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
  const blow = fault?.blow?.(options);
  // Only a fault that deals a blow asks for power over links: there may be none.
  if (fault === undefined || blow === undefined || !ctx.driver.linkControl?.objection) return null;
  // As its first strike draws.
  const own = { ...ctx, random: randomFor(ctx.random.seed, id), fault: id };
  // Nobody may have a role yet: what is not known now is said when it strikes.
  const target = await fault.resolve(own, options).catch(() => null);
  throwIfAborted(ctx.signal);
  return target === null ? null : ctx.driver.linkControl.objection(target.links, blow);
}
