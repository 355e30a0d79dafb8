import { Markup, escapeHtml } from '../report/html/markup.ts';

/** `null`: nothing was measured. `'never'`: the event should have happened and never did. */
export type Point = number | 'never' | null;

const WIDTH = 160;
const HEIGHT = 32;
const PAD = 4;

/** A small curve of a figure over the nightly runs, the oldest at the left, from zero to its largest value. */
export function sparkline(points: readonly Point[], label: string): Markup {
  const finite = points.filter((point) => typeof point === 'number');
  const top = Math.max(...finite, Number.MIN_VALUE);
  const x = (at: number): number =>
    round(points.length === 1 ? WIDTH / 2 : PAD + (at / (points.length - 1)) * (WIDTH - 2 * PAD));
  const y = (value: number): number => round(HEIGHT - PAD - (value / top) * (HEIGHT - 2 * PAD));
  const strokes = stretches(points).map((stretch) => {
    const path = stretch.map(({ at, value }, n) => `${n === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
    return `<path class="line" d="${path}"/>`;
  });
  const dots = points.map((point, at) => {
    if (point === null) return '';
    if (point === 'never') return cross(x(at));
    const last = at === points.length - 1;
    return `<circle class="${last ? 'last' : 'dot'}" cx="${x(at)}" cy="${y(point)}" r="${last ? 3 : 1.6}"/>`;
  });
  return new Markup(
    `<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">` +
      `<title>${escapeHtml(label)}</title>${strokes.join('')}${dots.join('')}</svg>`,
  );
}

/** Neighbours that can be joined by a line: a nightly run without the figure is a gap. */
function stretches(points: readonly Point[]): { at: number; value: number }[][] {
  const all: { at: number; value: number }[][] = [[]];
  points.forEach((value, at) => {
    if (typeof value === 'number') all.at(-1)?.push({ at, value });
    else all.push([]);
  });
  return all.filter((stretch) => stretch.length > 1);
}

function cross(x: number): string {
  return `<path class="never" d="M${x - 3} ${PAD - 3}l6 6m0-6l-6 6"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
