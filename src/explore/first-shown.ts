import type { SavedSearch, SearchFinding, SearchRun } from './saved.ts';

/**
 * The first run that showed a finding, and what it said. Its headline is about what came first in it: of a run with several findings
 * the others are named with that one.
 */
export function firstShown(
  { id, runs: numbers }: SearchFinding,
  { runs, findings }: Pick<SavedSearch, 'runs' | 'findings'>,
): { run: SearchRun; said: string } | undefined {
  const run = runs.find(({ number }) => number === numbers[0]);
  if (run === undefined) return undefined;
  const [main] = run.signatures;
  const other = main === id ? undefined : findings.find((one) => one.id === main);
  return { run, said: other === undefined ? run.headline : `it also showed: ${other.words}` };
}
