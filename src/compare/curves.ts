import type { Curve } from '../report/html/model/charts.ts';
import { thin, type Series } from '../report/html/model/thin.ts';
import type { Span } from '../report/html/model/span.ts';
import type { Bands } from '../report/html/sections/score-head.ts';
import type { SavedRun } from '../report/schema.ts';
import { spelledOut } from '../report/text.ts';
import { medianOf } from './statistics.ts';

export interface OverlayChart {
  id: string;
  title: string;
  unit: string;
  curves: Curve[];
}

/**
 * Curves of several groups on one time axis. Time zero is the first fault, or without a fault the beginning of the
 * method.
 */
export interface Overlay extends Span {
  charts: OverlayChart[];
  /** The reference's phases and faults on this axis; null without a run. */
  bands: Bands | null;
  /** When the reference's faults were in force. */
  windows: Span[];
  /** When its phases began. */
  boundaries: number[];
  /** How many charts did not fit. */
  left: { charts: number; groups: number };
}

/** More curves than this on one chart cannot be told apart, and nobody reads more charts. */
const MAX_GROUPS = 6;
const MAX_CHARTS = 24;
const MAX_POINTS = 400;
/** With this many points in all curves together, the page of eight experiments stays below 500 KB. */
export const PAGE_POINTS = 18_000;
/** A curve of fewer points shows little. */
const MIN_POINTS = 60;
const DASHES: readonly (readonly number[])[] = [[], [9, 5], [3, 3], [12, 4, 3, 4], [6, 3], [2, 5]];

/**
 * One curve for each group; for repeated runs, the median at each moment.
 *
 * @param idPrefix makes the ids of the charts unique on the page
 * @param points how many points all curves together may have
 */
export function overlayOf(
  groups: readonly { id: string; runs: readonly { saved: SavedRun; tracks: readonly Track[] }[] }[],
  idPrefix: string,
  points = PAGE_POINTS,
): Overlay {
  const withRuns = groups.filter(({ runs }) => runs.length > 0);
  const shown = withRuns.slice(0, MAX_GROUPS);
  const first = shown[0]?.runs[0]?.saved;
  const read = shown.map(({ id, runs }) => ({ id, tracks: runs.flatMap(({ tracks }) => tracks) }));
  const kinds = new Map(read.flatMap(({ tracks }) => tracks.map((one) => [one.key, one] as const)));
  const fitting = Math.floor(points / (MIN_POINTS * Math.max(1, shown.length)));
  const drawn = [...kinds.values()].slice(0, Math.min(MAX_CHARTS, Math.max(1, fitting)));
  const each = Math.min(MAX_POINTS, Math.max(MIN_POINTS, points / (drawn.length * shown.length)));
  const charts = drawn.map(({ key, title, unit, stepMs }, at) => ({
    id: `${idPrefix}-${at + 1}`,
    title,
    unit,
    curves: read.map(({ id, tracks }, n) => {
      const series = tracks.filter((one) => one.key === key).map((one) => one.series);
      return curveOf(id, n, medianSeries(series, stepMs), Math.floor(each));
    }),
  }));
  const times = charts.flatMap(({ curves }) => curves.flatMap(({ t }) => [t[0] ?? 0, t.at(-1) ?? 0]));
  return {
    from: Math.min(0, ...times),
    to: Math.max(1, ...times),
    charts,
    bands: first === undefined ? null : bandsOf(first),
    windows: first === undefined ? [] : windowsOf(first),
    boundaries:
      first === undefined
        ? []
        : first.phases.flatMap(({ startedAt }) =>
            startedAt === undefined ? [] : [startedAt - zeroOf(first)],
          ),
    left: { charts: kinds.size - drawn.length, groups: withRuns.length - shown.length },
  };
}

/** The first fault's injection; without one, the beginning of the method. */
function zeroOf({ faults, phases }: SavedRun): number {
  const injected = faults.flatMap(({ injectedAt }) => injectedAt ?? []);
  return injected.length > 0 ? Math.min(...injected) : (phases[0]?.startedAt ?? 0);
}

function bandsOf(saved: SavedRun): Bands {
  const { phases, faults } = saved;
  const zero = zeroOf(saved);
  const moved = <T extends object>(part: T, keys: readonly (keyof T)[]): T => {
    const times = keys.flatMap((key) => {
      const t = part[key];
      return typeof t === 'number' ? [[key, t - zero] as const] : [];
    });
    return { ...part, ...Object.fromEntries(times) };
  };
  return {
    phases: phases.map((phase) => moved(phase, ['startedAt', 'endedAt'])),
    faults: faults.map(({ inForce, removed, ...fault }) => ({
      ...moved(fault, ['injectedAt', 'removedAt']),
      ...(inForce === undefined ? {} : { inForce: moved(inForce, ['t']) }),
      ...(removed === undefined ? {} : { removed: moved(removed, ['t']) }),
    })),
    timeline: [],
  };
}

function windowsOf(saved: SavedRun): Span[] {
  const zero = zeroOf(saved);
  return saved.faults.flatMap(({ injectedAt, removed, removedAt }) =>
    injectedAt === undefined
      ? []
      : [{ from: injectedAt - zero, to: (removed?.t ?? removedAt ?? saved.durationMs) - zero }],
  );
}

/** One curve of one run, its zero at the moment of the first fault. */
export interface Track {
  key: string;
  title: string;
  unit: string;
  /** The distance between the points of the median. */
  stepMs: number;
  series: Series;
}

/** The probes whose readings are drawn. */
export const CURVE_KINDS: ReadonlySet<string> = new Set([
  'mirror-lag',
  'consumer-pending',
  'replicas-current',
  'server-healthy',
]);

/** Quantities that are worth comparing as curves: backlogs, rates and latencies; a sequence only rises. */
export function tracksOf(saved: SavedRun): Track[] {
  const zero = zeroOf(saved);
  const probes = saved.probes.flatMap(({ id, kind, unit, samples }): Track[] => {
    if (!CURVE_KINDS.has(kind)) return [];
    const series = readingsOf(samples, zero);
    if (series.v.every((value) => value === null)) return [];
    const title = `${spelledOut(kind)} ${id.startsWith(`${kind} `) ? id.slice(kind.length + 1) : id}`;
    return [{ key: id, title, unit, stepMs: 500, series }];
  });
  const workloads = saved.workloads.flatMap(({ name, seconds }): Track[] => {
    const t = seconds.map((second) => second.t + 500 - zero);
    const rate = { key: `rate ${name}`, title: `${name}: succeeded`, unit: 'messages/s', stepMs: 1000 };
    const latency = { key: `p99 ${name}`, title: `${name}: latency p99`, unit: 'ms', stepMs: 1000 };
    const p99 = seconds.map(({ p99Ms }) => p99Ms ?? null);
    return [
      { ...rate, series: { t, v: seconds.map(({ ok }) => ok) } },
      ...(p99.some((value) => value !== null) ? [{ ...latency, series: { t, v: p99 } }] : []),
    ];
  });
  return [...probes, ...workloads];
}

/** A loop, because a long run has thousands of readings; a failed reading is a gap. */
function readingsOf(samples: SavedRun['probes'][number]['samples'], zero: number): Series {
  const series: Series = { t: [], v: [] };
  for (const { t, value } of samples) {
    series.t.push(t - zero);
    series.v.push(value ?? null);
  }
  return series;
}

/**
 * At each step the median of the runs, where each run counts with its largest value in that step; a gap where no run
 * has a value.
 */
function medianSeries(all: readonly Series[], stepMs: number): Series {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  const steps = new Map<number, number[]>();
  for (const { t, v } of all) {
    const largest = new Map<number, number>();
    t.forEach((time, at) => {
      const step = Math.floor(time / stepMs);
      const value = v[at] ?? null;
      if (value !== null) largest.set(step, Math.max(largest.get(step) ?? -Infinity, value));
      else if (!steps.has(step)) steps.set(step, []);
    });
    for (const [step, value] of largest) {
      const values = steps.get(step);
      if (values === undefined) steps.set(step, [value]);
      else values.push(value);
    }
  }
  const order = [...steps.keys()].sort((a, b) => a - b);
  return {
    t: order.map((step) => (step + 0.5) * stepMs),
    v: order.map((step) => {
      const values = steps.get(step) ?? [];
      return values.length === 0 ? null : medianOf(values.sort((a, b) => a - b));
    }),
  };
}

function curveOf(label: string, at: number, series: Series, points: number): Curve {
  const values = series.v.filter((value) => value !== null);
  const { t, v } = thin(series, points);
  return {
    label,
    color: at,
    dash: DASHES[at] ?? [],
    width: 2,
    max: values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b)),
    last: values.at(-1) ?? null,
    t: t.map(Math.round),
    v: v.map((value) => (value === null || Number.isInteger(value) ? value : Number(value.toPrecision(4)))),
  };
}
