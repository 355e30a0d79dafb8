import type { SavedRun } from './schema.ts';
import { formatNumber } from './text.ts';

/**
 * `sent 900 of 1,000 planned messages; 40 sent late and 60 not at all by the generator's own doing`; null where all that was
 * planned was sent, and the generator was in time.
 */
export function offerSentence({ offered }: Pick<SavedRun['workloads'][number], 'offered'>): string | null {
  if (offered === undefined) return null;
  const total = (of: 'late' | 'skipped'): number =>
    offered.byGenerator.reduce((sum, second) => sum + second[of], 0);
  const [late, skipped] = [total('late'), total('skipped')];
  if (offered.skipped === 0 && late === 0 && skipped === 0) return null;
  const own = [
    ...(late === 0 ? [] : [`${formatNumber(late)} sent late`]),
    ...(skipped === 0 ? [] : [`${formatNumber(skipped)} not at all`]),
  ].join(' and ');
  const sent = `sent ${formatNumber(offered.sent)} of ${formatNumber(offered.planned)} planned messages`;
  return own === ''
    ? `${sent}: the servers held up the rest`
    : `${sent}; ${own} by the generator's own doing`;
}
