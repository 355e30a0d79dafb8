import type { SavedRun } from './schema.ts';

/** Messages of the servers' own assertions that a run reached, whether they held or not; each once, in order of time. */
export function reachedAssertions({ assertions = [] }: Pick<SavedRun, 'assertions'>): string[] {
  return [...new Set(assertions.map(({ message }) => message))];
}
