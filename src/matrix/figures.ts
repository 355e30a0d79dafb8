import { formatDuration } from '../support/units.ts';

/** JSON has no infinity: an event that should have happened and never did is `never`. */
export type Point = number | 'never';

/** The figures of one experiment, version by version. */
export interface RowFigures {
  experiment: string;
  /** The page that compares its versions, relative to the folder of the matrix. */
  comparison: string;
  figures: Figure[];
}

/** One figure; lower is better. */
export interface Figure {
  key: string;
  kind: 'recovery' | 'threshold' | 'unavailability' | 'catch-up' | 'latency';
  label: string;
  unit: 'ms' | 'ratio';
  /** By the name of the column; none where no honest run has it. */
  columns: Record<string, ColumnFigure>;
}

export interface ColumnFigure {
  /** Runs. */
  n: number;
  /** Of latencies: of all runs together. */
  median: Point;
  /** The range that holds the true median with probability `coverage`, 0 to 1. */
  low: Point;
  high: Point;
  coverage: number;
  /** The difference from the first version, when it is beyond noise. */
  beyondNoise?: 'worse' | 'better';
  /** Its median divided by that of the first version; null when that is meaningless. */
  ratio?: number | null;
}

/** `1.41 s`, `0.5%`, `never`. */
export function pointText(point: Point, unit: Figure['unit']): string {
  if (point === 'never') return 'never';
  return unit === 'ms' ? formatDuration(point) : `${Number((point * 100).toPrecision(3))}%`;
}

/** `1.2 s – 1.6 s, 93.7%`; null for a single run. */
export function rangeText(
  { n, low, high, coverage }: Pick<ColumnFigure, 'n' | 'low' | 'high' | 'coverage'>,
  unit: Figure['unit'],
): string | null {
  if (n < 2) return null;
  return `${pointText(low, unit)} – ${pointText(high, unit)}, ${Math.floor(coverage * 1000) / 10}%`;
}

const ORDER: readonly Figure['kind'][] = ['recovery', 'unavailability', 'threshold', 'latency', 'catch-up'];
/** A reader takes in no more of them at once. */
const MAX_SHOWN = 8;

/**
 * The figures that people ask for come first: everything that differs beyond noise, recovery, unavailability, limits,
 * and the 99th percentile of the latencies by phase.
 */
export function figuresInOrder(figures: readonly Figure[]): { shown: Figure[]; rest: Figure[] } {
  const asked = figures.filter(isAskedFor).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const first = [...asked.filter(isNotable), ...asked.filter((figure) => !isNotable(figure))];
  const shown = first.slice(0, Math.max(MAX_SHOWN, asked.filter(isNotable).length));
  return { shown, rest: figures.filter((figure) => !shown.includes(figure)) };
}

function isAskedFor(figure: Figure): boolean {
  if (isNotable(figure)) return true;
  return figure.kind === 'latency' ? figure.key.includes(' p99 ') : figure.kind !== 'catch-up';
}

/** Whether some version differs from the first one beyond noise. */
function isNotable({ columns }: Figure): boolean {
  return Object.values(columns).some(({ beyondNoise }) => beyondNoise !== undefined);
}
