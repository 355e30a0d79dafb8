import { faultsIn } from './items-in.ts';
import type { Plan } from './plan.ts';

/**
 * Faults that take resources from the whole machine which other runs need, or whose proof depends on the share of the
 * machine that a server gets.
 */
const MACHINE_WIDE: ReadonlySet<string> = new Set([
  'cpu-pressure',
  'memory-pressure',
  'cpu-limit',
  'slow-disk',
  'fill-disk',
  'fill-storage',
  'fill-account',
]);

/** Why nothing else may run beside a run on its machine, in words; null when others may. */
export function whyAlone(plan: Plan): string | null {
  if (plan.driver === 'attached') return 'its servers are there only once';
  const wide = faultsIn(plan).find(({ kind }) => MACHINE_WIDE.has(kind));
  return wide === undefined ? null : `${wide.kind} takes from whatever runs beside it, or is disturbed by it`;
}
