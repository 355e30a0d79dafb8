import type { PhaseRecord } from '../history/record.ts';
import type { Milliseconds } from '../support/units.ts';
import { assetGoneSince, undisturbedSince } from './readings/gone.ts';
import type { RunContext } from './run-context.ts';

/**
 * Since when the readings of a run have said, without a break and with nothing in force that could be the reason, that a
 * stream or consumer does not exist.
 */
export function goneAssets(
  { plan, sampler, faults }: RunContext,
  phases: readonly PhaseRecord[],
): (address: string) => Milliseconds | undefined {
  const from = undisturbedSince({ phases: plan.phases, records: phases, faults: faults.records });
  const readings = { probes: plan.probes, samples: (probe: string) => sampler.samples(probe) };
  return (address) => assetGoneSince(readings, address, from);
}
