import { formatDuration } from '../../../support/units.ts';
import type { SavedRun } from '../../schema.ts';
import { html, type Markup } from '../markup.ts';
import { at } from './table.ts';

/** When operations were due and none succeeded, one lane for each workload; null in reports of older programs. */
export function availabilityLanes({ workloads }: SavedRun): Markup | null {
  // A ledger is read once the run is over.
  const lanes = workloads.flatMap(({ name, kind, unavailability }) =>
    unavailability === undefined || kind === 'ledger' ? [] : [lane(name, unavailability)],
  );
  if (lanes.length === 0) return null;
  return html`<section class="lanes" aria-label="Availability">
    <h3>Availability <small>marked: operations were due, and none succeeded for 100 ms or more</small></h3>
    ${lanes}
  </section>`;
}

type Unavailability = NonNullable<SavedRun['workloads'][number]['unavailability']>;

function lane(name: string, { longestMs, totalMs, windows }: Unavailability): Markup {
  const note =
    longestMs === null
      ? 'too little was due to measure it'
      : windows.length === 0
        ? `none; at longest ${formatDuration(longestMs)} without a success`
        : `${formatDuration(totalMs)} in all`;
  return html`<div class="lane-row">
    <p class="lane-name">${name}: ${note} <output></output></p>
    ${
      windows.length > 0 &&
      html`<ol class="track lane" aria-label="${name}: when none succeeded">
        ${windows.map(
          ({ from, to }) =>
            html`<li
              class="seg tone-bad"
              data-from="${from}"
              data-to="${to}"
              title="no success for ${formatDuration(to - from)}, ${at(from)} to ${at(to)}"
            >
              none for ${formatDuration(to - from)}
            </li>`,
        )}
      </ol>`
    }
  </div>`;
}
