import { demandFeasible } from '../faults/feasible.ts';
import type { RunContext } from '../run-context.ts';

/** Asks, before anything is disturbed, whether every fault can be made, and whether connections bypass the links. */
export async function preflight({ plan, system, guard }: RunContext): Promise<void> {
  await demandFeasible(plan, system);
  await guard.observe();
}
