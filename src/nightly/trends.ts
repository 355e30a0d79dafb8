import { newestFirst, sameWords } from './baseline.ts';
import type { Night, NightCell } from './night.ts';
import type { Point } from './sparkline.ts';

/** One experiment on one asked-for version, over the nights. */
export interface Trend {
  experiment: string;
  /** The word that the version was asked for by. */
  word: string;
  /** Night by night, the oldest first; null for a night without it. */
  cells: (NightCell | null)[];
  /** Its figures that are worth a curve, by label. */
  figures: { key: string; label: string; unit: 'ms' | 'ratio'; points: Point[] }[];
}

/** Figures that everybody asks for, in this order; the others are in the comparisons. */
const SHOWN = [/^recovery-time /, /^catch-up /, /^publish-latency(?!-of-seconds)/, /^unavailable /];
const MAX_FIGURES = 4;

/** The nights, the oldest first, by what was run in the newest. */
export function trendsOf(nights: readonly Night[]): Trend[] {
  const order = newestFirst(nights).reverse();
  const newest = order.at(-1);
  const rows = (newest?.cells ?? []).flatMap(({ experiment, asked }) =>
    (asked.length === 0 ? [''] : asked).map((word) => ({ experiment, word })),
  );
  return rows.map(({ experiment, word }) => {
    const words = word === '' ? [] : [word];
    const cells = order.map(
      (night) =>
        night.cells.find((cell) => cell.experiment === experiment && sameWords(cell.asked, words)) ?? null,
    );
    return { experiment, word, cells, figures: figuresOf(cells) };
  });
}

function figuresOf(cells: readonly (NightCell | null)[]): Trend['figures'] {
  const known = new Map(cells.flatMap((cell) => Object.entries(cell?.figures ?? {})));
  return SHOWN.flatMap((shown) => [...known].filter(([key]) => shown.test(key)))
    .slice(0, MAX_FIGURES)
    .map(([key, { label, unit }]) => ({
      key,
      label,
      unit,
      points: cells.map((cell) => cell?.figures[key]?.value ?? null),
    }));
}
