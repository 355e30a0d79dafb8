import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { HistoryRecorder } from '../../history/recorder.ts';
import { Journal } from '../../run/undo/journal.ts';
import { OwnResources, type OwnResourcesOptions } from '../../run/own-resources.ts';
import { startGuardian, type GuardianProcess } from './guardian-process.ts';
import type { Trouble } from './trouble.ts';

/** The files that a run writes while it goes on, and the guardian and monitors that watch it. */
export interface RunFiles {
  journal: Journal;
  history: HistoryRecorder;
  log: Logger;
  resources: OwnResources;
  guardian: GuardianProcess;
}

export interface RunFilesOptions {
  runId: string;
  /** The guardian's built program. */
  guardian: URL;
  /** Paths that need free space during the whole run. */
  places: OwnResourcesOptions['places'];
  trouble: Trouble;
}

/**
 * Opens the files of a run, and starts its guardian and the monitor of its resources; later problems with them are
 * recorded.
 *
 * @throws ChaosError, and then nothing is left open or running
 */
export async function openRunFiles(folder: string, options: RunFilesOptions): Promise<RunFiles> {
  const { runId, places, trouble } = options;
  const close: (() => void)[] = [];
  try {
    const journal = new Journal(join(folder, 'journal.ndjson'));
    close.push(() => journal.close());
    const history = openHistory(folder, trouble);
    close.push(() => history.close());
    const log = openLog(join(folder, 'logs', 'runner.log'), runId, trouble);
    const resources = new OwnResources({ places, noteTrouble: trouble.note });
    resources.start();
    close.push(() => resources.stop());
    const guardian = await startGuardian({
      program: options.guardian,
      journal: journal.path,
      restarted: (text) => log.warn(text),
      lost: (thrown) => trouble.note(thrown),
    });
    return { journal, history, log, resources, guardian };
  } catch (thrown) {
    for (const one of close) one();
    throw thrown;
  }
}

function openHistory(folder: string, trouble: Trouble): HistoryRecorder {
  return new HistoryRecorder(folder, (thrown) => trouble.note(thrown, 'the history cannot be written'));
}

function openLog(path: string, runId: string, trouble: Trouble): Logger {
  const destination = pino.destination({ dest: path, sync: true });
  destination.on('error', (thrown: unknown) =>
    trouble.note(named(thrown, path), 'the log of the run cannot be written'),
  );
  return pino({ base: { runId } }, destination);
}

/** An error on a descriptor does not name the file. */
function named(thrown: unknown, path: string): unknown {
  return thrown instanceof Error ? Object.assign(thrown, { path }) : thrown;
}
