import type { WorkloadEvent } from '../history/events.ts';
import type { WorkloadContext } from './workload.ts';

/** Writes to the history that a workload started, paused, resumed or stopped. */
export function markIn(
  ctx: WorkloadContext,
  mark: WorkloadEvent['mark'],
  note?: string,
  t = ctx.elapsedMs(),
): void {
  ctx.history.append({
    type: 'workload',
    t,
    workload: ctx.name,
    mark,
    ...(note === undefined ? {} : { note }),
  });
}
