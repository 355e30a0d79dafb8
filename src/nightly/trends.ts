import { newestFirst, sameWords } from './baseline.ts';
import type { NightlyRun, NightlyCell, NightlyFigure } from './nightly-run.ts';
import type { Point } from './sparkline.ts';

/** One experiment on one requested version, over the nightly runs. */
export interface Trend {
  experiment: string;
  /** The requested word for the version. */
  word: string;
  /** One for each nightly run, the oldest first; null for a nightly run without it. */
  cells: (NightlyCell | null)[];
  /** Its figures that are worth a curve, by label. */
  figures: TrendFigure[];
}

export interface TrendFigure {
  key: string;
  label: string;
  unit: 'ms' | 'ratio';
  points: Point[];
  /** The value in the newest nightly run, with its spread; null when it has none. */
  last: NightlyFigure | null;
}

/** The figures that people ask for, in this order; the others are in the comparisons. */
const SHOWN = [
  /^(recovery|failover)-time /,
  /^unavailab(ility|le) /,
  /^(publish-)?latency /,
  /^catch-up /,
  /^publish-latency-in-phase p99 /,
  /^publish-latency-of-seconds p99 /,
];
const MAX_FIGURES = 6;
const IN_PHASE = 'publish-latency-in-phase ';
const OF_SECONDS = 'publish-latency-of-seconds ';

/** The nightly runs, the oldest first, for everything that the newest one ran. */
export function trendsOf(nightlyRuns: readonly NightlyRun[]): Trend[] {
  const order = newestFirst(nightlyRuns).reverse();
  const newest = order.at(-1);
  const rows = (newest?.cells ?? []).flatMap(({ experiment, asked }) =>
    (asked.length === 0 ? [''] : asked).map((word) => ({ experiment, word })),
  );
  return rows.map(({ experiment, word }) => {
    const words = word === '' ? [] : [word];
    const cells = order.map(
      (nightlyRun) =>
        nightlyRun.cells.find((cell) => cell.experiment === experiment && sameWords(cell.asked, words)) ??
        null,
    );
    return { experiment, word, cells, figures: figuresOf(cells) };
  });
}

function figuresOf(cells: readonly (NightlyCell | null)[]): Trend['figures'] {
  const known = new Map(cells.flatMap((cell) => Object.entries(cell?.figures ?? {})));
  // Nightly runs of older programs have this one only.
  for (const key of known.keys()) {
    if (key.startsWith(IN_PHASE)) known.delete(key.replace(IN_PHASE, OF_SECONDS));
  }
  return SHOWN.flatMap((shown) => [...known].filter(([key]) => shown.test(key)))
    .slice(0, MAX_FIGURES)
    .map(([key, { label, unit }]) => ({
      key,
      label,
      unit,
      points: cells.map((cell) => cell?.figures[key]?.value ?? null),
      last: cells.at(-1)?.figures[key] ?? null,
    }));
}
