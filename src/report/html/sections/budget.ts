import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { formatNumber } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { at, table } from './table.ts';

type Budget = NonNullable<SavedRun['findings'][number]['budgets']>[number];

const WIDTH = 600;
const HEIGHT = 60;

/** How much of an error budget was left over time, and what used it up. */
export function budgetStrip(budget: Budget, durationMs: number): Markup {
  const { objective, what, allowed, operations, bad, burnt, worst, by, left } = budget;
  const seconds = Math.max(left.length, Math.ceil(durationMs / 1000), 1);
  const lowest = Math.min(0, ...left);
  const x = (second: number): number => round((second / seconds) * WIDTH);
  const y = (share: number): number => round(((1 - share) / (1 - lowest)) * HEIGHT);
  const points = [1, ...left].map((share, second) => `${x(second)},${y(share)}`).join(' ');
  const label = `Error budget of ${objective}: ${percent(1 - burnt)} left at the end`;
  return html`<figure class="over-time budget">
    <figcaption>
      ${label}. Allowed are ${percent(allowed)} ${what}; ${formatNumber(bad)} of ${formatNumber(operations)}
      were. The worst ${formatDuration(worst.to - worst.from)}, from ${at(worst.from)}, used up
      ${percent(worst.burnt)} of its own.
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
      <rect
        x="${x(worst.from / 1000)}"
        y="0"
        width="${Math.max(1, x((worst.to - worst.from) / 1000))}"
        height="${HEIGHT}"
        opacity="0.15"
      >
        <title>The time in which it was used up fastest</title>
      </rect>
      <line
        x1="0"
        x2="${WIDTH}"
        y1="${y(0)}"
        y2="${y(0)}"
        stroke="currentColor"
        stroke-dasharray="4 4"
        vector-effect="non-scaling-stroke"
      ></line>
      <polyline
        points="${points}"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        vector-effect="non-scaling-stroke"
      ></polyline>
    </svg>
    <p class="quiet">${at(0)} <span>${at(seconds * 1000)}</span></p>
    ${
      by.length > 0 &&
      table(
        'What used it up',
        ['In force', 'Bad', 'Of the budget'],
        by.map((one) => [one.cause, formatNumber(one.bad), percent(one.burnt)]),
      )
    }
  </figure>`;
}

function percent(share: number): string {
  return `${formatNumber(Math.round(share * 10_000) / 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
