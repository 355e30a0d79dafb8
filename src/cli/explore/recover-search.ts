import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { clearWorkplaces, endedRuns } from '../reduce/workplace.ts';
import { FINDINGS, RUNS, STANDING } from './search-folder.ts';

/**
 * Waits for runs that a killed search has left behind, whose reports are then taken in, and takes down what dead ones have left.
 *
 * @throws ChaosError `timeout` when one is still going on
 */
export async function recoverSearch(folder: string, signal: AbortSignal): Promise<void> {
  const runs = join(folder, RUNS);
  const numbers = existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
  for (const out of [...numbers, join(folder, STANDING)]) await endedRuns(out, signal);
  await clearWorkplaces(join(folder, FINDINGS), signal);
}
