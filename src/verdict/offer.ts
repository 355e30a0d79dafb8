import type { PhaseRecord } from '../history/record.ts';
import type { WorkloadRecord } from '../history/workload-record.ts';
import { formatPercentage, type Ratio } from '../support/units.ts';

/** More than this of what was planned, sent late or not at all, is no longer the load that was to be judged. */
const TOLERATED: Ratio = 0.01;

/**
 * Why the latencies of a workload in a phase say nothing of the servers, in words: the generator itself did not send in time
 * what was planned. Null when it did, as far as anyone knows.
 *
 * @param isMet whether the limit was kept all the same: a latency counts from the intended time, so that a late generator only
 *   makes it longer; what was never sent has made the load smaller
 */
export function generatorShortfall(
  workload: WorkloadRecord | undefined,
  phase: PhaseRecord | undefined,
  isMet: boolean,
): string | null {
  const offered = workload?.offered;
  if (workload === undefined || offered === undefined || phase?.startedAt === undefined) return null;
  const from = Math.floor(phase.startedAt / 1000) * 1000;
  const to = phase.endedAt ?? Infinity;
  const isWithin = ({ t }: { t: number }): boolean => t >= from && t < to;
  const seconds = offered.byGenerator.filter(isWithin);
  const late = seconds.reduce((sum, second) => sum + second.late, 0);
  const skipped = seconds.reduce((sum, second) => sum + second.skipped, 0);
  const sent = workload.seconds
    .filter(isWithin)
    .reduce((sum, { ok, failed, unknown }) => sum + ok + failed + unknown, 0);
  const planned = Math.max(1, sent + skipped);
  const share = (late + skipped) / planned;
  if ((isMet ? skipped / planned : share) <= TOLERATED) return null;
  const what = [
    ...(late === 0 ? [] : [`${late} were sent late`]),
    ...(skipped === 0 ? [] : [`${skipped} not at all`]),
  ].join(' and ');
  return `the load generator of ${workload.name} could not offer the planned rate in phase ${phase.name}: ${what}, by its own doing (${formatPercentage(share)})`;
}
