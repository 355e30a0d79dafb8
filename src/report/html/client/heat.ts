import type { Heat } from '../model/heat.ts';
import type { Plot, View } from './browser.ts';

/** What a chart of latencies over time needs beside a chart of curves. */
export interface HeatPainter {
  /** The lowest and the highest latency on the axis, in ms. */
  range: [number, number];
  /** Marks for the axis: powers of ten, with 2 and 5 between where there is room for them. */
  splits: number[];
  paint(plot: Plot, view: View, color: string): void;
  /** What there is at a moment, in words. */
  textAt(t: number): string;
}

/** Draws latencies over time. Its source goes into the page as it is, so it may use nothing but its parameters. */
export function makeHeat({ from, everyMs, columns, rows, max }: Heat): HeatPainter {
  const edge = (row: number): number => 2 ** (row / 2) / 1000;
  const [low, high] = [rows[0] - 1, rows[1] + 2];
  const short = (ms: number): string => {
    const [value, unit] = ms >= 1000 ? [ms / 1000, 's'] : ms < 0.1 ? [ms * 1000, 'µs'] : [ms, 'ms'];
    return `${Number(value.toPrecision(2))} ${unit}`;
  };
  const splits: number[] = [];
  const factors = high - low > 20 ? [1] : [1, 2, 5];
  for (let power = -3; power < 8; power += 1) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= edge(low) && value <= edge(high)) splits.push(value);
    }
  }
  return {
    range: [edge(low), edge(high)],
    splits,
    paint(plot, view, color) {
      const { ctx, bbox } = plot;
      const x = (t: number) =>
        Math.round(Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(t, 'x', true))));
      const y = (row: number) => Math.round(plot.valToPos(edge(row), 'y', true));
      const first = Math.max(0, Math.floor((view.from - from) / everyMs));
      const last = Math.min(columns.length - 1, Math.floor((view.to - from) / everyMs));
      ctx.save();
      ctx.fillStyle = color;
      for (let at = first; at <= last; at += 1) {
        const left = x(from + at * everyMs);
        const width = Math.max(1, x(from + (at + 1) * everyMs) - left);
        const column = columns[at] ?? [];
        for (let i = 0; i < column.length; i += 2) {
          const row = column[i] ?? 0;
          // A single slow operation among thousands is what one looks for: it must not be too pale to see.
          ctx.globalAlpha = 0.25 + (0.75 * Math.log1p(column[i + 1] ?? 0)) / Math.log1p(max);
          ctx.fillRect(left, y(row + 1), width, Math.max(1, y(row) - y(row + 1)));
        }
      }
      ctx.restore();
    },
    textAt(t) {
      const column = columns[Math.floor((t - from) / everyMs)] ?? [];
      const counts = column.filter((_, at) => at % 2 === 1);
      const all = counts.reduce((sum, count) => sum + count, 0);
      if (all === 0) return '–';
      const sorted = column
        .flatMap((row, at) => (at % 2 === 0 ? [[row, column[at + 1] ?? 0] as const] : []))
        .sort((a, b) => a[0] - b[0]);
      let below = 0;
      const half = sorted.find(([, count]) => (below += count) * 2 >= all) ?? [0];
      const slowest = sorted[sorted.length - 1] ?? [0];
      return `${all} in ${short(everyMs)}, half within ${short(edge(half[0] + 1))}, slowest ${short(edge(slowest[0] + 1))}`;
    },
  };
}
