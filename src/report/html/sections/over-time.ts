import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { counted } from '../../text.ts';
import { html, type Markup } from '../markup.ts';
import { at } from './table.ts';

type OverTime = NonNullable<SavedRun['findings'][number]['overTime']>;

/** What the words mean that are counted of requests, and not of messages. */
const OF_REQUESTS: readonly string[] = ['not accepted'];

const BAR = 6;
const HEIGHT = 40;

/** How many cases there were, over time, from the beginning of the run to its end. */
export function overTimeStrip({ what, everyMs, counts }: OverTime, durationMs: number): Markup {
  const highest = Math.max(...counts);
  const [one, sent] = OF_REQUESTS.includes(what) ? ['request', 'sent'] : ['message', 'published'];
  const steps = Math.max(counts.length, Math.ceil(durationMs / everyMs));
  const bars = counts.flatMap((count, step) => {
    if (count === 0) return [];
    const height = Math.max(1, Math.round((count / highest) * HEIGHT));
    return [
      html`<rect x="${step * BAR}" y="${HEIGHT - height}" width="${BAR - 1}" height="${height}">
        <title>
          ${counted(count, one)} ${what}, ${sent} ${at(step * everyMs)} to ${at((step + 1) * everyMs)}
        </title>
      </rect>`,
    ];
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  const label = `${counted(all, one)} ${what}, by when they were ${sent}`;
  return html`<figure class="over-time">
    <figcaption>${label}: at most ${highest} in ${formatDuration(everyMs)}</figcaption>
    <svg viewBox="0 0 ${steps * BAR} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
      ${bars}
    </svg>
    <p class="quiet">${at(0)} <span>${at(steps * everyMs)}</span></p>
  </figure>`;
}
