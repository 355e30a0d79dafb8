import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { reapJournal, stillThere, type Reaped } from '../../run/reap-journal.ts';
import { restoreJournal, stillDisturbed, type RestoredContainers } from '../../run/restore-journal.ts';
import { resumeJournal, stillFrozen, type Resumed } from '../../run/resume-journal.ts';
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
  /** Attached servers that it may have frozen. */
  servers: Resumed[];
  /** Attached containers that it may have disturbed. */
  containers: RestoredContainers[];
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
  const untouched = { folder, marked: false, environments: [], servers: [], containers: [] };
  if (busy !== null) return { ...untouched, outcome: 'alone', why: busy };
  const journal = join(folder, 'journal.ndjson');
  // After a run that came to its end cleanly, whoever has frozen a server since was somebody else.
  const frozen = (unfinished || isUnclean(folder)) && stillFrozen(journal);
  // A run that has ended in order has asked its engine itself, and an engine may be gone years later.
  const askEngines = named || isKept(folder) || isUnclean(folder);
  const disturbed = (unfinished || isUnclean(folder)) && (await stillDisturbed(journal));
  const there = unfinished || frozen || disturbed || (await stillThere(journal, askEngines));
  if (!there) return { ...untouched, outcome: 'clean' };
  if (!named && !unfinished && isKept(folder)) {
    const why = `it was left up on purpose; name it to take it down`;
    return { ...untouched, outcome: 'alone', why };
  }
  const servers = frozen ? resumeJournal(journal) : [];
  const containers = disturbed ? await restoreJournal(journal) : [];
  const environments = await reapJournal(journal);
  const failed =
    [...environments, ...containers].some((one) => one.left.length > 0) ||
    servers.some((one) => one.left !== undefined);
  if (failed) return { folder, marked: false, outcome: 'failed', environments, servers, containers };
  const did =
    environments.some((one) => one.found) ||
    servers.some((one) => one.resumed) ||
    containers.some((one) => one.did.length > 0);
  const outcome = did ? 'recovered' : 'clean';
  const at = new Date().toISOString();
  writeWhole(
    join(folder, 'recovered.json'),
    `${JSON.stringify({ recoveredAt: at, environments, servers, containers }, null, 2)}\n`,
  );
  const final = recoveredPath(folder);
  if (final !== folder) renameSync(folder, final);
  return { folder: final, marked: true, outcome, environments, servers, containers };
}

function isKept(folder: string): boolean {
  return reportOf(folder).kept !== undefined;
}

function isUnclean(folder: string): boolean {
  return reportOf(folder).verdict === 'unclean';
}

/** Empty when there is none. */
function reportOf(folder: string): { kept?: unknown; verdict?: unknown } {
  const report = join(folder, 'report.json');
  if (!existsSync(report)) return {};
  return JSON.parse(readFileSync(report, 'utf8')) as { kept?: unknown; verdict?: unknown };
}
