import type { SavedRun } from '../schema.ts';
import { clip, printable } from '../text.ts';
import { claimsOf, type Claim } from './claims.ts';
import { placesOf } from './places.ts';

/** GitHub shows no more of one level in one step. */
const MAX_PER_LEVEL = 10;

/**
 * A run as GitHub workflow commands: one for each claim that did not hold, at its line in the experiment; none for a
 * run that simply passed.
 *
 * @param fileOf the experiment's path within the repository
 */
export function renderAnnotations(saved: SavedRun, fileOf = (file: string): string => file): string {
  const place = placesOf(saved);
  const file = fileOf(saved.experiment.file);
  const used = new Map<string, number>();
  const lines = claimsOf(saved).flatMap((claim) => {
    const level = levelOf(claim, saved);
    const before = used.get(level ?? '') ?? 0;
    if (level === null || before >= MAX_PER_LEVEL) return [];
    used.set(level, before + 1);
    const { line, column } = place(claim.pointer);
    const title = `${claim.outcome}: ${claim.group}, ${claim.where}`;
    const places = `file=${property(file)},line=${line},col=${column},title=${property(title)}`;
    const text = claim.group === 'run' ? claim.statement : `${claim.name}: ${claim.statement}`;
    return [`::${level} ${places}::${data(clip(printable(text), 1000))}\n`];
  });
  return lines.join('');
}

function levelOf({ outcome }: Claim, saved: SavedRun): 'error' | 'warning' | 'notice' | null {
  if (outcome === 'pass' || outcome === 'not-run') return null;
  if (saved.verdict === 'pass') return 'notice';
  return outcome === 'inconclusive' ? 'warning' : 'error';
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
