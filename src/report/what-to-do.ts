import type { SavedRun } from './schema.ts';

/**
 * What is left for people to do after a run, in one sentence; null when there is nothing.
 *
 * @param run the name by which `chaos recover` finds the run: its journal lists everything to take down
 */
export function whatToDo(saved: Pick<SavedRun, 'kept' | 'verdict' | 'gone'>, run: string): string | null {
  if (saved.kept !== undefined) return `take it down with: chaos recover ${run}`;
  if (saved.verdict !== 'unclean') return null;
  return saved.gone === true
    ? 'nothing is left to clean up: the whole environment was stopped and removed, its faults with it'
    : `finish the clean-up with: chaos recover ${run}`;
}
