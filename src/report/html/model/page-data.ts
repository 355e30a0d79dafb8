import type { SavedRun } from '../../schema.ts';
import { chartsOf, type Chart, type Curve } from './charts.ts';
import type { Heat } from './heat.ts';
import { faultWindow, spanOf, type Span } from './span.ts';

/** What the page's script needs: nothing that is not drawn. */
export interface PageData extends Span {
  /** Of the element that holds the timeline. */
  id: string;
  charts: {
    id: string;
    /** The axis begins at 0, so that a calm rate looks calm. A sequence may be shown enlarged. */
    fromZero: boolean;
    curves: Pick<Curve, 't' | 'v' | 'color' | 'dash' | 'width'>[];
    heat?: Heat;
  }[];
  /** Shaded in every chart. */
  windows: Span[];
  /** A line in every chart. */
  boundaries: number[];
}

/** The data for the timeline of a run's own page. */
export const SCORE_ID = 'score';

export function pageData(saved: SavedRun, charts: readonly Chart[] = chartsOf(saved)): PageData {
  const span = spanOf(saved);
  return {
    id: SCORE_ID,
    ...span,
    charts: charts.map(({ id, unit, curves, heat }) => ({
      id,
      fromZero: unit !== 'sequence',
      curves: curves.map(({ t, v, color, dash, width }) => ({ t, v, color, dash, width })),
      ...(heat === undefined ? {} : { heat }),
    })),
    windows: saved.faults.flatMap((fault) => faultWindow(fault, span) ?? []),
    boundaries: saved.phases.flatMap((phase) => phase.startedAt ?? []),
  };
}

/**
 * The same with each time as the difference from the one before: half as long. The page's script adds them up again.
 */
export function packed(data: PageData): PageData {
  const steps = (t: readonly number[]) => t.map((time, at) => time - (t[at - 1] ?? 0));
  const charts = data.charts.map((chart) => ({
    ...chart,
    curves: chart.curves.map((curve) => ({ ...curve, t: steps(curve.t) })),
  }));
  return { ...data, charts };
}
