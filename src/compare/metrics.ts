import type { SavedRun } from '../report/schema.ts';
import { medianOf } from './statistics.ts';

export type MetricGroup = 'recovery' | 'threshold' | 'unavailability' | 'catch-up' | 'latency';

/** A figure of one run; lower is better for all of them. */
export interface Metric {
  /** The same for the same figure of every run of an experiment. */
  key: string;
  group: MetricGroup;
  label: string;
  unit: 'ms' | 'ratio';
  /** Infinity for what should have come and never did. */
  value: number;
  /** How much worse it may become, where the experiment says so. */
  tolerance?: number;
}

/** Every figure of a run by which it can be compared with another run of the same experiment. */
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
  return phases.flatMap(({ name, recoveryMs, outcome }) => {
    if (recoveryMs === undefined && outcome !== 'timed-out') return [];
    const limit = thresholds.find((one) => one.metric === 'recovery-time' && one.phase === name);
    // Only phases that wait for the steady state have a recovery; others time out too.
    if (recoveryMs === undefined && limit === undefined) return [];
    return [
      {
        key: `recovery-time ${name}`,
        group: 'recovery' as const,
        label: `Recovery time, phase ${name}`,
        unit: 'ms' as const,
        value: recoveryMs ?? Infinity,
        ...(limit?.tolerance === undefined ? {} : { tolerance: limit.tolerance }),
      },
    ];
  });
}

function limits({ thresholds }: SavedRun): Metric[] {
  return thresholds.flatMap(({ metric, subject, unit, measured, outcome, tolerance }) => {
    if (metric === 'recovery-time' || outcome === 'unmeasured') return [];
    return [
      {
        key: `${metric} ${subject}`,
        group: 'threshold' as const,
        label: `${metric}, ${subject}`,
        unit,
        value: measured ?? Infinity,
        ...(tolerance === undefined ? {} : { tolerance }),
      },
    ];
  });
}

/** The longest stretch of whole seconds without a success, between a workload's first success and its last. */
function unavailabilities({ workloads }: SavedRun): Metric[] {
  return workloads.flatMap(({ name, seconds }) => {
    const successes = seconds.filter(({ ok }) => ok > 0).map(({ t }) => t);
    if (successes.length === 0) return [];
    const gaps = successes.slice(1).map((t, at) => t - (successes[at] ?? t) - 1000);
    const value = Math.max(0, ...gaps);
    const label = `Longest time without a success, ${name}`;
    return [
      { key: `unavailable ${name}`, group: 'unavailability' as const, label, unit: 'ms' as const, value },
    ];
  });
}

/** The probes whose readings make figures. */
export const BACKLOG_KINDS: ReadonlySet<string> = new Set(['mirror-lag', 'consumer-pending']);

/** From the last fault's removal until a backlog is no larger than it ever was before the first fault. */
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

/** Null without a reading before, or without one after. A loop, as a long run has thousands of readings. */
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

const QUANTILES = [
  ['p50', 'p50Ms'],
  ['p99', 'p99Ms'],
] as const;

/** By phase: the median over its seconds, as a report keeps no single latencies. */
function latencies({ workloads, phases }: SavedRun): Metric[] {
  const publishers = workloads.filter(({ kind }) => kind === 'publish');
  return publishers.flatMap(({ name, seconds }) =>
    phases.flatMap((phase) => {
      const { startedAt = Infinity, endedAt = Infinity } = phase;
      const within = seconds.filter(({ t }) => t >= startedAt && t + 1000 <= endedAt);
      return QUANTILES.flatMap(([quantile, field]) => {
        const values = within.flatMap((second) => second[field] ?? []).sort((a, b) => a - b);
        if (values.length === 0) return [];
        return [
          {
            key: `publish-latency-of-seconds ${quantile} ${name} ${phase.name}`,
            group: 'latency' as const,
            label: `Publish latency ${quantile} (median of seconds), ${name}, phase ${phase.name}`,
            unit: 'ms' as const,
            value: medianOf(values),
          },
        ];
      });
    }),
  );
}
