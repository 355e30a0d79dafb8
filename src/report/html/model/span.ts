import type { SavedRun } from '../../schema.ts';

export interface Span {
  from: number;
  to: number;
}

/** The stretch of time that the page shows: from the first reading or phase to the last. */
export function spanOf(saved: SavedRun): Span {
  const times = [
    ...saved.phases.flatMap((phase) => [phase.startedAt, phase.endedAt]),
    ...saved.faults.flatMap((fault) => [fault.injectedAt, fault.removed?.t]),
    ...saved.probes.flatMap((probe) => [probe.samples[0]?.t, probe.samples.at(-1)?.t]),
    ...saved.workloads.flatMap((workload) => [workload.seconds[0]?.t, workload.seconds.at(-1)?.t]),
  ].filter((t) => t !== undefined);
  if (times.length === 0) return { from: 0, to: Math.max(1, saved.durationMs) };
  const from = Math.min(...times);
  return { from, to: Math.max(...times, from + 1) };
}

/** When each fault was in force: from its injection to the proof of its removal, or to the end. */
export function faultWindow(fault: SavedRun['faults'][number], span: Span): Span | null {
  if (fault.injectedAt === undefined) return null;
  return { from: fault.injectedAt, to: fault.removed?.t ?? fault.removedAt ?? span.to };
}
