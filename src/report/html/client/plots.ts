import type { PageData } from '../model/page-data.ts';
import type { HeatPainter, makeHeat as MakeHeatFunction } from './heat.ts';
import type { Browser, PageElement, Part, Plot, PlotClass, View } from './browser.ts';

type MakeHeat = typeof MakeHeatFunction;

/** Draws the curves. Its source goes into the page as it is, so it may use nothing but its parameters. */
export function makePlots(
  browser: Browser,
  uPlot: PlotClass,
  data: PageData,
  { ticks, makeHeat }: { ticks: (view: View, width: number) => number[]; makeHeat: MakeHeat },
): Part {
  const { document } = browser;
  const scaleRatio = () => (browser as unknown as { devicePixelRatio: number }).devicePixelRatio || 1;
  // Asking the style sheet for every stroke would cause a new layout each time.
  const known = new Map<string, string>();
  const color = (name: string): string => {
    const value =
      known.get(name) ?? browser.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
  const sizeOf = (name: string) => Number.parseFloat(color(name));
  const numbers = new Intl.NumberFormat('en-US');
  let view: View = { from: data.from, to: data.to };

  const rangeFrom =
    (zero: boolean) =>
    (_: unknown, min: number | null, max: number | null): [number, number] => {
      if (min === null || max === null) return [0, 1];
      const room = (max - min || Math.abs(max) || 1) * 0.08;
      const low = min >= 0 && (zero || min < max * 0.7) ? 0 : min >= 0 ? Math.max(0, min - room) : min - room;
      return [low, max + room];
    };
  const label = (value: number): string => {
    if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toFixed(2))}M`;
    return Math.abs(value) >= 1e4 ? `${Number((value / 1e3).toFixed(1))}k` : String(Number(value.toFixed(2)));
  };
  const shade = (plot: Plot, heat: HeatPainter | null): void => {
    const { ctx, bbox } = plot;
    const at = (t: number) =>
      Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(t, 'x', true)));
    const line = Math.max(1, scaleRatio());
    ctx.save();
    for (const { from, to } of data.windows) {
      if (to < view.from || from > view.to) continue;
      ctx.fillStyle = color('--fault-wash');
      ctx.fillRect(at(from), bbox.top, Math.max(line, at(to) - at(from)), bbox.height);
    }
    heat?.paint(plot, view, color('--s0'));
    ctx.fillStyle = color('--boundary');
    for (const t of data.boundaries) {
      if (t > view.from && t < view.to) ctx.fillRect(at(t), bbox.top, line, bbox.height);
    }
    ctx.restore();
  };

  const rows = data.charts.flatMap((chart) => {
    const box = document.getElementById(chart.id);
    if (box === null) return [];
    const outputs = [...(box.closest('figure')?.querySelectorAll('output') ?? [])];
    const heat = chart.heat === undefined ? null : makeHeat(chart.heat);
    const row: Row = { chart, heat, box, outputs, plot: null, near: false, stale: false };
    return [row];
  });

  /**
   * All are as wide as the first, which is asked once: on a page that has just changed, the answer needs a new layout.
   */
  const widthNow = (): number => Math.max(200, rows[0]?.box.clientWidth ?? 0);

  const draw = (row: Row, width: number): void => {
    const { chart, heat, box } = row;
    const axis = {
      stroke: () => color('--muted'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: () => color('--grid'), width: 1 },
      ticks: { show: false },
    };
    row.plot ??= new uPlot(
      {
        width,
        height: sizeOf('--plot-height'),
        padding: [8, sizeOf('--rim'), 4, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [view.from, view.to] },
          y: heat === null ? { range: rangeFrom(chart.fromZero) } : { distr: 3, range: () => heat.range },
        },
        axes: [
          {
            ...axis,
            size: 0,
            gap: 0,
            values: () => [],
            splits: (plot: Plot) => ticks(view, plot.width - sizeOf('--gutter') - sizeOf('--rim')),
          },
          {
            ...axis,
            size: () => sizeOf('--gutter'),
            gap: 6,
            space: 26,
            values: (_: unknown, values: number[]) => values.map(label),
            ...(heat === null ? {} : { splits: () => heat.splits, filter: () => heat.splits }),
          },
        ],
        series: [
          {},
          ...(heat === null ? [] : [{ paths: () => null, points: { show: false } }]),
          ...chart.curves.map((curve) => ({
            stroke: () => color(`--s${curve.color}`),
            width: curve.width,
            dash: curve.dash,
            points: { show: false },
          })),
        ],
        hooks: { drawClear: [(plot: Plot) => shade(plot, heat)] },
      },
      heat === null ? uPlot.join(chart.curves.map(({ t, v }) => [t, v])) : [[data.from, data.to], heat.range],
      box,
    );
  };

  const refresh = (row: Row, width: number): void => {
    if (row.plot === null) draw(row, width);
    else if (row.stale) {
      row.plot.setSize({ width, height: sizeOf('--plot-height') });
      row.plot.setScale('x', { min: view.from, max: view.to });
      row.plot.redraw(true);
    }
    row.stale = false;
  };

  // A page has many charts, and few of them are visible: the others are drawn shortly before they become visible.
  const watch = new browser.IntersectionObserver(
    (entries) => {
      const width = widthNow();
      for (const { target, isIntersecting } of entries) {
        for (const row of rows.filter(({ box }) => box === target)) {
          row.near = isIntersecting;
          if (isIntersecting) refresh(row, width);
        }
      }
    },
    { rootMargin: '1000px 0px' },
  );
  for (const { box } of rows) watch.observe(box);

  /** The reading at or just before a moment. */
  const valueAt = (curve: PageData['charts'][number]['curves'][number], t: number): number | null => {
    let low = 0;
    let high = curve.t.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((curve.t[middle] ?? 0) <= t) low = middle + 1;
      else high = middle;
    }
    return curve.v[low - 1] ?? null;
  };

  const textAt = (curve: PageData['charts'][number]['curves'][number] | undefined, t: number): string => {
    const value = curve === undefined ? null : valueAt(curve, t);
    return value === null ? '–' : numbers.format(value);
  };

  return {
    show(next) {
      view = next;
      for (const row of rows) {
        row.stale = !row.near;
        if (row.near) row.plot?.setScale('x', { min: next.from, max: next.to });
      }
    },
    point(t) {
      for (const { chart, heat, outputs } of rows) {
        for (const [at, output] of outputs.entries()) {
          const rest = output.dataset['rest'] ?? '';
          const text = t === null ? rest : (heat?.textAt(t) ?? textAt(chart.curves[at], t));
          if (output.textContent !== text) output.textContent = text;
        }
      }
    },
    restyle(all) {
      known.clear();
      const width = widthNow();
      for (const row of rows) {
        row.stale = true;
        if (all || row.near) refresh(row, width);
      }
    },
  };
}

interface Row {
  chart: PageData['charts'][number];
  /** Null for a chart of curves. */
  heat: HeatPainter | null;
  box: PageElement;
  outputs: PageElement[];
  /** Null until it has been visible. */
  plot: Plot | null;
  /** Whether it is visible, or nearly. */
  near: boolean;
  /** Whether the visible stretch of time has changed while it was outside the viewport. */
  stale: boolean;
}
