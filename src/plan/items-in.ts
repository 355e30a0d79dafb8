import type { ActionPlan, FaultPlan, Plan } from './plan.ts';

/** Every fault of a plan, also those of which only some are chosen. */
export function faultsIn({ phases }: Plan): FaultPlan[] {
  return phases.flatMap((phase) => phase.faults.flatMap((one) => ('of' in one ? one.of : [one])));
}

export function actionsIn({ phases }: Plan): ActionPlan[] {
  return phases.flatMap((phase) => phase.actions);
}
