import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { endCommands } from '../../run/undo/end-commands.ts';
import { damageOf } from '../../run/undo/journal.ts';
import { reapJournal, stillThere, type Reaped } from '../../run/undo/reap-journal.ts';
import { restoreJournal, stillDisturbed, type RestoredContainers } from '../../run/undo/restore-journal.ts';
import { resumeJournal, stillFrozen, type Resumed } from '../../run/undo/resume-journal.ts';
import { runnerOf } from '../../run/undo/runner-mark.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { isRunning, recoveredPath, writeWhole } from './run-folder.ts';

/** What `chaos recover` did for one run. */
export interface Recovery {
  /** The run's folder, by its present name. */
  folder: string;
  /** True when this call marked the folder as recovered. */
  marked: boolean;
  /** `alone`: not touched; `failed`: not everything was undone; `why` says so. `clean`: nothing was left. */
  outcome: 'recovered' | 'clean' | 'alone' | 'failed';
  why?: string;
  environments: Reaped[];
  /** Attached servers that the run may have frozen. */
  servers: Resumed[];
  /** Attached containers that the run may have changed. */
  containers: RestoredContainers[];
}

/**
 * Stops and removes everything that a run has left, by its journal, and marks its folder as recovered. Safe to repeat;
 * a run that is still going on is not touched.
 *
 * @param named whether the user named this run: an environment that was kept up on purpose is taken down only then
 */
export async function recoverRun(folder: string, named: boolean): Promise<Recovery> {
  const unfinished = isRunning(folder);
  const busy = unfinished ? runnerOf(folder) : null;
  const untouched = { folder, marked: false, environments: [], servers: [], containers: [] };
  if (busy !== null) return { ...untouched, outcome: 'alone', why: busy };
  const journal = join(folder, 'journal.ndjson');
  // After a run that ended cleanly, a frozen server was frozen by somebody else.
  const frozen = (unfinished || isUnclean(folder)) && stillFrozen(journal);
  // A run that ended in order has asked its engine itself, and the engine may not exist years later.
  const askEngines = named || isKept(folder) || isUnclean(folder);
  const disturbed = (unfinished || isUnclean(folder)) && (await stillDisturbed(journal));
  const damage = unfinished || isKept(folder) || isUnclean(folder) ? damageOf(journal) : undefined;
  const there =
    unfinished || frozen || disturbed || damage !== undefined || (await stillThere(journal, askEngines));
  if (!there) return { ...untouched, outcome: 'clean' };
  if (!named && !unfinished && isKept(folder)) {
    const why = `it was left up on purpose; name it to take it down`;
    return { ...untouched, outcome: 'alone', why };
  }
  endCommands(folder);
  const servers = frozen ? resumeJournal(journal) : [];
  const containers = disturbed ? await restoreJournal(journal) : [];
  const environments = await reapJournal(journal);
  const failed =
    damage !== undefined ||
    [...environments, ...containers].some((one) => one.left.length > 0) ||
    servers.some((one) => one.left !== undefined);
  if (failed) {
    const why = damage === undefined ? {} : { why: damage };
    return { folder, marked: false, outcome: 'failed', ...why, environments, servers, containers };
  }
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
  const text = readFileSync(report, 'utf8');
  try {
    return JSON.parse(text) as { kept?: unknown; verdict?: unknown };
  } catch (thrown) {
    throw new ChaosError('failed', `${report} is damaged: ${messageOf(thrown)}`, {
      hint: 'it would say whether the run was left up on purpose: remove it to have everything taken down',
      cause: thrown,
    });
  }
}
