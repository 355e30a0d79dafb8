import { html, Markup } from '../../report/html/markup.ts';
import { section, type Section } from '../../report/html/sections/table.ts';
import { counted, formatNumber } from '../../report/text.ts';
import type { SavedSearch } from '../saved.ts';

/** The drawing is stretched to the width of the page; whatever is written stands beside it. */
const WIDTH = 1000;
const HEIGHT = 200;

interface Curve {
  name: string;
  className: string;
  /** Its value after each run. */
  values: number[];
  /** What reaches the top. */
  most: number;
}

/** How what was seen, and what was drawn, grew run by run, with the runs that showed a finding. */
export function coverageSection(search: SavedSearch): Section | false {
  const { runs, features } = search;
  if (runs.length === 0) return false;
  const observed = cumulative(runs.map(({ novel }) => novel.length));
  const firsts = runs.map(({ number }) => features.filter(({ firstRun }) => firstRun === number).length);
  const seen = curve('new observations', 'seen', observed, observed.at(-1) ?? 0);
  const drawn = curve('faults, actions and settings drawn', 'drawn', cumulative(firsts), features.length);
  const found = runs.flatMap(({ signatures }, at) => (signatures.length > 0 ? [at] : []));
  const observations = counted(observed.at(-1) ?? 0, 'new observation');
  const label = `After ${counted(runs.length, 'run')}: ${observations}; ${drawn.values.at(-1) ?? 0} of ${features.length} faults, actions and settings drawn; ${counted(found.length, 'run')} with a finding`;
  const svg = new Markup(
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${guides()}${marks(found, runs.length)}${path(drawn, runs.length)}${path(seen, runs.length)}</svg>`,
  );
  const [first, last] = [runs[0]?.number ?? 1, runs.at(-1)?.number ?? 1];
  return section('coverage', 'Coverage', [
    html`<p class="hint">${label}. An observation is new when no earlier run has shown it.</p>`,
    html`<div class="curve">
      <p class="scale seen" aria-hidden="true"><span>${formatNumber(seen.most)}</span><span>0</span></p>
      ${svg}
      <p class="scale drawn" aria-hidden="true"><span>${formatNumber(drawn.most)}</span><span>0</span></p>
      <p class="axis" aria-hidden="true">
        <span>run ${first}</span>${last !== first && html`<span>run ${last}</span>`}
      </p>
    </div>`,
    html`<p class="legend">
      <span><i class="key seen"></i>${seen.name}, left</span>
      <span><i class="key drawn"></i>${drawn.name}, right: the top is all of them</span>
      ${found.length > 0 && html`<span><i class="key found"></i>run with a finding</span>`}
    </p>`,
  ]);
}

function curve(name: string, className: string, values: number[], most: number): Curve {
  return { name, className, values, most: Math.max(1, most) };
}

function cumulative(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => (sum += count));
}

/** Where the step of a run ends: each run has as much of the width as any other. */
function x(at: number, of: number): number {
  return Number((((at + 1) / of) * WIDTH).toFixed(1));
}

function y(value: number, most: number): number {
  return Number((HEIGHT * (1 - value / most)).toFixed(1));
}

const GUIDES = 4;

function guides(): string {
  return Array.from({ length: GUIDES + 1 }, (_, at) => (at / GUIDES) * HEIGHT)
    .map((level) => `<path class="guide" d="M0 ${level}H${WIDTH}"/>`)
    .join('');
}

function marks(found: readonly number[], of: number): string {
  return found
    .map((at) => x(at - 0.5, of).toFixed(1))
    .map((middle) => `<path class="found" d="M${middle} 0V${HEIGHT}"/>`)
    .join('');
}

/** Steps, because a value stays until the next run. */
function path({ className, values, most }: Curve, of: number): string {
  const steps = values.map((value, at) => `V${y(value, most)}H${x(at, of)}`).join('');
  return `<path class="${className}" d="M0 ${HEIGHT}${steps}"/>`;
}
