import type { SavedRun } from '../../schema.ts';
import { spelledOut } from '../../text.ts';
import { heatOf, type Heat } from './heat.ts';
import { thin, type Series } from './thin.ts';

const MAX_POINTS = 600;
/** More curves than this on one chart cannot be told apart. */
const MAX_CURVES = 6;
/** One for each colour; the first is a plain line. */
const DASHES: readonly (readonly number[])[] = [[], [9, 5], [3, 3], [12, 4, 3, 4], [6, 3], [2, 5]];
const THIN = 1;
const BOLD = 2;

export interface Curve extends Series {
  label: string;
  /** Index of its colour. */
  color: number;
  /** Lengths of dashes and gaps: curves that cover one another stay visible, and differ without colour too. */
  dash: readonly number[];
  width: number;
  /** The highest value, before thinning; null without a reading. */
  max: number | null;
  last: number | null;
}

export interface Chart {
  id: string;
  title: string;
  unit: string;
  /** None where there is `heat`. */
  curves: Curve[];
  heat?: Heat;
}

/** Every chart of the page, from top to bottom: what the workloads did, then what the probes read. */
export function chartsOf(saved: SavedRun): Chart[] {
  const charts = [
    ...rateCharts(saved),
    ...errorCharts(saved),
    ...latencyCharts(saved),
    ...heatCharts(saved),
    ...probeCharts(saved),
  ];
  return charts.map((chart, at) => ({ ...chart, id: `chart-${at + 1}` }));
}

type Second = SavedRun['workloads'][number]['seconds'][number];
type Draft = Omit<Chart, 'id'>;

const KIND_TITLES: Readonly<Record<string, string>> = {
  publish: 'Published',
  consume: 'Consumed',
  'core-publish': 'Published by core NATS',
  'core-subscribe': 'Received by core NATS',
  'mqtt-publish': 'Published by MQTT',
  'mqtt-subscribe': 'Received by MQTT',
  http: 'Requests accepted',
  permissions: 'Permissions tried',
};
/** Of all others: from an operation, or a request, to its answer. */
const LATENCY_TITLES: Readonly<Record<string, string>> = {
  publish: 'Publish',
  consume: 'Acknowledgement',
  http: 'Request',
  permissions: 'Permission',
};

function rateCharts(saved: SavedRun): Draft[] {
  // What is read at the end has no rate.
  const paced = saved.workloads.filter(({ kind }) => kind !== 'ledger');
  return kindsOf(paced).flatMap(([kind, workloads]) =>
    split(
      KIND_TITLES[kind] ?? kind,
      kind === 'http' ? 'requests/s' : 'messages/s',
      workloads.map((workload) =>
        curve(
          workload.name,
          perSecond(workload.seconds, (second) => second.ok),
        ),
      ),
    ),
  );
}

/** Only when something failed: an empty chart says less than a sentence. */
function errorCharts(saved: SavedRun): Draft[] {
  const curves = saved.workloads.flatMap((workload) => [
    ...(workload.failed === 0
      ? []
      : [
          curve(
            `${workload.name} refused`,
            perSecond(workload.seconds, (second) => second.failed),
          ),
        ]),
    ...(workload.unknown === 0
      ? []
      : [
          curve(
            `${workload.name} unanswered`,
            perSecond(workload.seconds, (second) => second.unknown),
            THIN,
          ),
        ]),
  ]);
  return split('Errors', 'operations/s', curves);
}

function latencyCharts(saved: SavedRun): Draft[] {
  const measured = saved.workloads.filter((w) => w.seconds.some((second) => second.p99Ms !== undefined));
  return kindsOf(measured).flatMap(([kind, workloads]) =>
    split(
      `${LATENCY_TITLES[kind] ?? `Answer of ${kind}`} latency`,
      'ms',
      workloads.flatMap((workload) => [
        curve(
          `${workload.name} p50`,
          perSecond(workload.seconds, (second) => second.p50Ms),
          THIN,
        ),
        curve(
          `${workload.name} p99`,
          perSecond(workload.seconds, (second) => second.p99Ms),
        ),
      ]),
    ).map((chart) => ({ ...chart, curves: chart.curves.map((c, at) => styled(c, at >> 1)) })),
  );
}

function heatCharts({ workloads }: SavedRun): Draft[] {
  return workloads.flatMap((workload) => {
    const heat = heatOf(workload);
    if (heat === null) return [];
    return [{ title: `${workload.name}: latencies`, unit: 'ms', curves: [], heat }];
  });
}

function probeCharts(saved: SavedRun): Draft[] {
  const numeric = saved.probes.filter((probe) => probe.samples.some((sample) => sample.value !== undefined));
  return kindsOf(numeric).flatMap(([kind, probes]) =>
    split(
      spelledOut(kind),
      probes[0]?.unit ?? '',
      probes.map((probe) =>
        curve(probe.id.startsWith(`${kind} `) ? probe.id.slice(kind.length + 1) : probe.id, {
          t: probe.samples.map((sample) => sample.t),
          v: probe.samples.map((sample) => sample.value ?? null),
        }),
      ),
    ),
  );
}

function kindsOf<T extends { kind: string }>(items: readonly T[]): [string, T[]][] {
  const kinds = [...new Set(items.map((item) => item.kind))];
  return kinds.map((kind) => [kind, items.filter((item) => item.kind === kind)]);
}

/** A figure of a whole second is placed at its middle. */
function perSecond(seconds: readonly Second[], read: (second: Second) => number | undefined): Series {
  return { t: seconds.map((second) => second.t + 500), v: seconds.map((second) => read(second) ?? null) };
}

function curve(label: string, series: Series, width = BOLD): Curve {
  const values = series.v.filter((value) => value !== null);
  const max = values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
  const { t, v } = thin(series, MAX_POINTS);
  return {
    label,
    color: 0,
    dash: [],
    width,
    max,
    last: values.at(-1) ?? null,
    t: t.map(Math.round),
    v: v.map(short),
  };
}

/** Four significant digits are finer than a pixel; whole numbers stay as they are. */
function short(value: number | null): number | null {
  return value === null || Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** Charts of at most six curves each, split as evenly as possible. */
function split(title: string, unit: string, curves: readonly Curve[]): Draft[] {
  if (curves.length === 0) return [];
  const parts = Math.ceil(curves.length / MAX_CURVES);
  const size = Math.ceil(curves.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    title: parts === 1 ? title : `${title} (${part + 1} of ${parts})`,
    unit,
    curves: curves.slice(part * size, (part + 1) * size).map(styled),
  }));
}

function styled(curve: Curve, color: number): Curve {
  return { ...curve, color, dash: DASHES[color] ?? [] };
}
