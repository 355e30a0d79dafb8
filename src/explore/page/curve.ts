import { html, Markup } from '../../report/html/markup.ts';
import { section } from '../../report/html/sections/table.ts';
import { counted, formatNumber } from '../../report/text.ts';
import type { SavedSearch } from '../saved.ts';

const WIDTH = 1000;
const HEIGHT = 220;
const EDGE = { left: 46, right: 46, top: 14, bottom: 30 };

interface Curve {
  name: string;
  className: string;
  /** Its value after each run. */
  values: number[];
}

/** How what was seen, and what was drawn, grew run by run, with the runs that showed a finding. */
export function coverageSection(search: SavedSearch): Markup | false {
  const { runs, features } = search;
  if (runs.length === 0) return false;
  const seen: Curve = {
    name: 'new observations',
    className: 'seen',
    values: cumulative(runs.map(({ novel }) => novel.length)),
  };
  const firsts = runs.map(({ number }) => features.filter(({ firstRun }) => firstRun === number).length);
  const drawn: Curve = { name: 'features drawn', className: 'drawn', values: cumulative(firsts) };
  const found = runs.flatMap(({ signatures }, at) => (signatures.length > 0 ? [at] : []));
  const last = (curve: Curve): string => counted(curve.values.at(-1) ?? 0, curve.name.replace(/s\b/, ''));
  const label = `After ${counted(runs.length, 'run')}: ${last(seen)}; ${drawn.values.at(-1) ?? 0} of ${features.length} features drawn; ${counted(found.length, 'run')} with a finding`;
  const svg = new Markup(
    `<svg class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${frame(runs.length)}${marks(found, runs.length)}${line(seen, runs.length, 'left')}${line(drawn, runs.length, 'right')}</svg>`,
  );
  const legend = html`<p class="legend">
    <span><i class="key seen"></i>${seen.name}, left</span>
    <span><i class="key drawn"></i>${drawn.name}, right</span>
    ${found.length > 0 && html`<span><i class="key found"></i>run with a finding</span>`}
  </p>`;
  return section('coverage', 'Coverage', [html`<p class="hint">${label}</p>`, svg, legend]);
}

function cumulative(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => (sum += count));
}

function x(at: number, of: number): number {
  const inner = WIDTH - EDGE.left - EDGE.right;
  return Number((EDGE.left + (of < 2 ? inner : (at / (of - 1)) * inner)).toFixed(1));
}

function y(value: number, most: number): number {
  return Number((HEIGHT - EDGE.bottom - (value / most) * (HEIGHT - EDGE.top - EDGE.bottom)).toFixed(1));
}

function frame(runs: number): string {
  const floor = HEIGHT - EDGE.bottom;
  const right = WIDTH - EDGE.right;
  return (
    `<line class="axis" x1="${EDGE.left}" y1="${floor}" x2="${right}" y2="${floor}"/>` +
    `<text x="${EDGE.left}" y="${HEIGHT - 10}">run 1</text>` +
    `<text class="end" x="${right}" y="${HEIGHT - 10}">${formatNumber(runs)}</text>`
  );
}

function marks(found: readonly number[], of: number): string {
  return found
    .map(
      (at) =>
        `<line class="found" x1="${x(at, of)}" y1="${EDGE.top}" x2="${x(at, of)}" y2="${HEIGHT - EDGE.bottom}"/>`,
    )
    .join('');
}

/** Steps, because a value stays until the next run; its largest value stands at its end of the axis. */
function line({ className, values }: Curve, of: number, side: 'left' | 'right'): string {
  const most = Math.max(1, ...values);
  const [first = 0] = values;
  const steps = values.map((value, at) => `H${x(at, of)}V${y(value, most)}`).join('');
  const figure =
    side === 'left'
      ? `<text class="end ${className}" x="${EDGE.left - 6}" y="${EDGE.top + 6}">${formatNumber(most)}</text>`
      : `<text class="${className}" x="${WIDTH - EDGE.right + 6}" y="${EDGE.top + 6}">${formatNumber(most)}</text>`;
  return `<path class="${className}" d="M${EDGE.left} ${y(of < 2 ? 0 : first, most)}${steps}"/>${figure}`;
}
