import { formatDuration } from '../support/units.ts';
import type { SavedRun } from './schema.ts';

export type Circumstances = NonNullable<SavedRun['findings'][number]['examples'][number]['circumstances']>;

/** `published at 5.12 s, acknowledged at 5.13 s, in phase cut, during partition …`; empty where nothing is known. */
export function circumstancesText(circumstances: Circumstances | undefined): string {
  if (circumstances === undefined) return '';
  const {
    publishedAt,
    acknowledgedAt,
    publish,
    deliveredAt,
    confirmedAt,
    lastSeenAt,
    phase,
    faults = [],
  } = circumstances;
  return [
    at('published', publishedAt),
    at(publish ?? 'acknowledged', acknowledgedAt),
    at('delivered', deliveredAt),
    at('confirmed', confirmedAt),
    at('last seen', lastSeenAt),
    phase === undefined ? '' : `in phase ${phase}`,
    faults.length === 0 ? '' : `during ${faults.join(' and ')}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function at(what: string, t: number | undefined): string {
  return t === undefined ? '' : `${what} at ${formatDuration(t)}`;
}
