import { recoveryOf } from '../history/recovery.ts';
import type { SavedRun } from '../report/schema.ts';
import { latencies, latencySource, type LatencySource } from './latencies.ts';

export type MetricGroup = 'recovery' | 'threshold' | 'unavailability' | 'catch-up' | 'latency';

/** A figure of one run; for all of them, lower is better. */
export interface Metric {
  /** The same for the same figure in every run of an experiment. */
  key: string;
  group: MetricGroup;
  label: string;
  unit: 'ms' | 'ratio';
  /** Infinity for an event that should have happened and never did. */
  value: number;
  /** There is no figure, and `value` means nothing: the steady state was never seen lost. */
  neverLost?: true;
  /** How much worse it may become, if the experiment says so. */
  tolerance?: number;
  /** For a latency that was read from a histogram. */
  source?: LatencySource;
  /** It serves only where runs lack the figure with this key. */
  insteadOf?: string;
}

/** Every figure of a run that can be compared with another run of the same experiment. */
export function metricsOf(saved: SavedRun): Metric[] {
  return [
    ...recoveries(saved),
    ...limits(saved),
    ...unavailabilities(saved),
    ...catchUps(saved),
    ...latencies(saved),
  ];
}

function recoveries({ phases, thresholds }: SavedRun): Metric[] {
  return phases.flatMap((phase): Metric[] => {
    const { name, outcome } = phase;
    const recovery = recoveryOf(phase);
    const limit = thresholds.find((one) => one.metric === 'recovery-time' && one.phase === name);
    // For a run of an older version, only a phase with a limit is known to have timed out waiting for the steady state.
    if (recovery === undefined && (outcome !== 'timed-out' || limit === undefined)) return [];
    const failedOver = recovery?.outcome === 'failed-over';
    const base = { group: 'recovery' as const, unit: 'ms' as const };
    const tolerance = limit?.tolerance === undefined ? {} : { tolerance: limit.tolerance };
    const time: Metric = {
      ...base,
      ...tolerance,
      key: `${failedOver ? 'failover' : 'recovery'}-time ${name}`,
      label: `${failedOver ? 'Failover' : 'Recovery'} time, phase ${name}`,
      value: recovery?.ms ?? Infinity,
    };
    if (recovery?.outcome === 'never-lost') return [{ ...time, value: 0, neverLost: true }];
    if (recovery?.sinceUndoBeganMs === undefined) return [time];
    return [
      time,
      {
        ...base,
        key: `recovery-from-undo ${name}`,
        label: `Recovery from the beginning of the undo, phase ${name}`,
        value: recovery.sinceUndoBeganMs,
      },
    ];
  });
}

const PERCENTILES: Readonly<Record<string, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
  max: 1,
};

function limits({ thresholds, workloads }: SavedRun): Metric[] {
  return thresholds.flatMap(({ metric, subject, workload, phase, unit, measured, outcome, tolerance }) => {
    if (metric === 'recovery-time' || outcome === 'unmeasured' || outcome === 'never-lost') return [];
    // The gap of the whole run is a figure of its own.
    if (metric === 'unavailability' && phase === undefined) return [];
    const quantile = /^(publish-)?latency /.test(metric)
      ? PERCENTILES[metric.split(' ')[1] ?? '']
      : undefined;
    const of = workloads.find(({ name }) => name === workload);
    const source =
      of === undefined || phase === undefined || quantile === undefined
        ? null
        : latencySource(of, phase, quantile);
    return [
      {
        key: `${metric} ${subject}`,
        group: 'threshold' as const,
        label: `${metric}, ${subject}`,
        unit,
        value: measured ?? Infinity,
        ...(source === null ? {} : { source }),
        ...(tolerance === undefined ? {} : { tolerance }),
      },
    ];
  });
}

/** The longest time in which operations were due and none succeeded. */
function unavailabilities({ workloads, thresholds }: SavedRun): Metric[] {
  return workloads.flatMap((workload): Metric[] => {
    const { name, unavailability } = workload;
    if (unavailability === undefined) return bySeconds(workload);
    if (unavailability.longestMs === null) return [];
    const limit = thresholds.find(
      (one) => one.metric === 'unavailability' && one.workload === name && one.phase === undefined,
    );
    return [
      {
        key: `unavailability ${name}`,
        group: 'unavailability',
        label: `Longest time without a success, ${name}`,
        unit: 'ms',
        value: unavailability.longestMs,
        ...(limit?.tolerance === undefined ? {} : { tolerance: limit.tolerance }),
      },
    ];
  });
}

/** A run of an older version records no more: whole seconds, and pauses count too. */
function bySeconds({ name, seconds }: SavedRun['workloads'][number]): Metric[] {
  const successes = seconds.filter(({ ok }) => ok > 0).map(({ t }) => t);
  if (successes.length === 0) return [];
  const gaps = successes.slice(1).map((t, at) => t - (successes[at] ?? t) - 1000);
  return [
    {
      key: `unavailable ${name}`,
      group: 'unavailability',
      label: `Longest time without a success, ${name} (older runs: in whole seconds, pauses included)`,
      unit: 'ms',
      value: Math.max(0, ...gaps),
    },
  ];
}

/** The probes whose readings give figures. */
export const BACKLOG_KINDS: ReadonlySet<string> = new Set(['mirror-lag', 'consumer-pending']);

/** From the last fault's removal until a backlog is no larger than its maximum before the first fault. */
function catchUps({ probes, faults }: SavedRun): Metric[] {
  const began = Math.min(...faults.map(({ injectedAt }) => injectedAt ?? Infinity));
  const removed = Math.max(...faults.map((fault) => fault.removed?.t ?? -Infinity));
  if (!Number.isFinite(began) || !Number.isFinite(removed)) return [];
  return probes
    .filter(({ kind }) => BACKLOG_KINDS.has(kind))
    .flatMap(({ id, samples }) => {
      const value = catchUpOf(samples, began, removed);
      if (value === null) return [];
      const label = `Catch-up, ${id}`;
      return [{ key: `catch-up ${id}`, group: 'catch-up' as const, label, unit: 'ms' as const, value }];
    });
}

/** Null without a reading before, or without one after. A loop, because a long run has thousands of readings. */
function catchUpOf(
  samples: SavedRun['probes'][number]['samples'],
  began: number,
  removed: number,
): number | null {
  let usual: number | null = null;
  let isRead = false;
  for (const { t, value } of samples) {
    if (value === undefined) continue;
    if (t < began) usual = Math.max(usual ?? value, value);
    if (t < removed) continue;
    if (usual === null) return null;
    if (value <= usual) return t - removed;
    isRead = true;
  }
  return isRead ? Infinity : null;
}
