import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runnerOf } from '../../run/undo/runner-mark.ts';
import { until } from '../../support/deadline.ts';
import { complain } from '../output.ts';
import { runFolders } from '../run/find-runs.ts';
import { isRunning } from '../run/run-folder.ts';
import { recoverRuns } from '../suite/matrix-folder.ts';
import { RUNS, STANDING } from './search-folder.ts';

/** A run outlives a search that was killed; it ends by itself, and its report is taken in. */
const LAST_RUN_MS = 5 * 60_000;

/**
 * Waits for runs that a killed search has left behind, and takes down what dead ones have left.
 *
 * @throws ChaosError `timeout` when one is still going on
 */
export async function recoverSearch(folder: string, signal: AbortSignal): Promise<void> {
  const runs = join(folder, RUNS);
  const numbers = existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
  for (const out of [...numbers, join(folder, STANDING)]) {
    const going = (): string[] => runFolders(out).filter((one) => isRunning(one) && runnerOf(one) !== null);
    if (going().length > 0) {
      complain(`${out}: a run of an earlier sitting is still going on; waiting for it`);
      const what = `the end of ${going().join(', ')}`;
      await until(() => Promise.resolve(going().length === 0), { timeoutMs: LAST_RUN_MS, signal, what });
    }
    await recoverRuns(out, 'must not be');
  }
}
