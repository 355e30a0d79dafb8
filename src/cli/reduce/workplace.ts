import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runnerOf } from '../../run/undo/runner-mark.ts';
import { until } from '../../support/deadline.ts';
import { makeFolder } from '../../support/make-folder.ts';
import { complain } from '../output.ts';
import { runFolders } from '../run/find-runs.ts';
import { isRunning } from '../run/run-folder.ts';
import { takeLock } from '../suite/lock.ts';
import { recoverRuns } from '../suite/matrix-folder.ts';

/** Where a reduction writes the files that it tries, and has their runs. */
export interface Workplace {
  folder: string;
  /** Removes it with all that is in it. */
  close: () => void;
}

const PREFIX = '.reducing-';
const RUNS = 'runs';

/**
 * The workplace of one reduction, beside its result: what a killed one has left there is found and removed by the next.
 *
 * @param findings where results go, a folder each
 * @param id of the failure
 * @throws ChaosError `unavailable` when it is being reduced already, `timeout` when a run of a killed reduction does not end
 */
export async function openWorkplace(findings: string, id: string, signal: AbortSignal): Promise<Workplace> {
  const folder = resolve(findings, `${PREFIX}${id}`);
  const unlock = await takeLock(join(folder, 'lock'), `a reduction of ${id} in ${findings}`);
  const close = (): void => {
    rmSync(folder, { recursive: true, force: true });
    unlock();
  };
  try {
    await endedRuns(join(folder, RUNS), signal);
    for (const name of readdirSync(folder))
      if (name !== 'lock') rmSync(join(folder, name), { recursive: true, force: true });
    makeFolder(join(folder, RUNS));
    return { folder, close };
  } catch (thrown) {
    unlock();
    throw thrown;
  }
}

/** Removes what killed reductions have left. @param findings see {@link openWorkplace} */
export async function clearWorkplaces(findings: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(findings)) return;
  for (const name of readdirSync(findings).filter((one) => one.startsWith(PREFIX)))
    (await openWorkplace(findings, name.slice(PREFIX.length), signal)).close();
}

/** A run outlives a program that was killed; it ends by itself. */
const LAST_RUN_MS = 5 * 60_000;

/**
 * Waits for runs that a killed program has left behind, and takes down what dead ones have left.
 *
 * @throws ChaosError `timeout` when one is still going on
 */
export async function endedRuns(out: string, signal: AbortSignal): Promise<void> {
  const going = (): string[] => runFolders(out).filter((one) => isRunning(one) && runnerOf(one) !== null);
  if (going().length > 0) {
    complain(`${out}: a run of an earlier sitting is still going on; waiting for it`);
    const what = `the end of ${going().join(', ')}`;
    await until(() => Promise.resolve(going().length === 0), { timeoutMs: LAST_RUN_MS, signal, what });
  }
  await recoverRuns(out, 'must not be');
}
