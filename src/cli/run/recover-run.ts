import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { reapJournal, stillThere, type Reaped } from '../../run/reap-journal.ts';
import { runnerOf } from '../../run/runner-mark.ts';
import { isRunning, recoveredPath, writeWhole } from './run-folder.ts';

/** What `chaos recover` did about one run. */
export interface Recovery {
  /** The run's folder, by the name that it has now. */
  folder: string;
  /** True when this marked the folder as recovered. */
  marked: boolean;
  /** `alone`: not touched, and `why` says so. `clean`: nothing was there any more. */
  outcome: 'recovered' | 'clean' | 'alone' | 'failed';
  why?: string;
  environments: Reaped[];
}

/**
 * Stops and removes whatever a run has left, by its journal, and marks its folder as recovered. Safe to repeat; a run
 * that is still going on is left alone.
 *
 * @param named whether the user asked for this run: what was kept up on purpose is taken down only then
 */
export async function recoverRun(folder: string, named: boolean): Promise<Recovery> {
  const unfinished = isRunning(folder);
  const busy = unfinished ? runnerOf(folder) : null;
  const untouched = { folder, marked: false, environments: [] };
  if (busy !== null) return { ...untouched, outcome: 'alone', why: busy };
  const journal = join(folder, 'journal.ndjson');
  if (!unfinished && !stillThere(journal)) return { ...untouched, outcome: 'clean' };
  if (!named && !unfinished && isKept(folder)) {
    const why = `it was left up on purpose; name it to take it down`;
    return { ...untouched, outcome: 'alone', why };
  }
  const environments = await reapJournal(journal);
  const failed = environments.some((one) => one.left.length > 0);
  if (failed) return { folder, marked: false, outcome: 'failed', environments };
  const outcome = environments.some((one) => one.found) ? 'recovered' : 'clean';
  const at = new Date().toISOString();
  writeWhole(
    join(folder, 'recovered.json'),
    `${JSON.stringify({ recoveredAt: at, environments }, null, 2)}\n`,
  );
  const final = recoveredPath(folder);
  if (final !== folder) renameSync(folder, final);
  return { folder: final, marked: true, outcome, environments };
}

function isKept(folder: string): boolean {
  const report = join(folder, 'report.json');
  if (!existsSync(report)) return false;
  return (JSON.parse(readFileSync(report, 'utf8')) as { kept?: unknown }).kept !== undefined;
}
