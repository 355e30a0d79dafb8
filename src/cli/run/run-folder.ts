import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { markRunner } from '../../run/undo/runner-mark.ts';
import { utcStamp } from '../../support/ids.ts';
import { makeFolder } from '../../support/make-folder.ts';

/** The beginning of the name of a run's folder until it is complete. */
export const RUNNING = '.running-';

export interface RunFolder {
  /** Where the run writes while it goes on. */
  path: string;
  /** Gives the folder its final name in one step. @returns the final path */
  finish(natsVersion: string): string;
  /** Removes what exists of its report, and the name of a run that is going on, if that is possible. */
  abandon(): void;
}

/** A new folder for a run under `out`. Its name begins with a dot until it is complete. */
export function createRunFolder(out: string, experiment: string, runId: string, startedAt: Date): RunFolder {
  const name = `${utcStamp(startedAt)}-${experiment}`;
  const path = resolve(out, `${RUNNING}${name}-${runId}`);
  makeFolder(join(path, 'logs'));
  try {
    markRunner(path, runId);
  } catch (thrown) {
    rmSync(path, { recursive: true, force: true });
    throw thrown;
  }
  return {
    path,
    finish(natsVersion) {
      const wanted = resolve(out, `${name}-${natsVersion}`);
      const final = existsSync(wanted) ? `${wanted}-${runId}` : wanted;
      renameSync(path, final);
      return final;
    },
    abandon() {
      try {
        for (const form of ['report.json', 'report.html']) rmSync(join(path, form), { force: true });
        renameSync(path, resolve(out, `${name}-${runId}-no-report`));
      } catch {
        // It stays as it is: `chaos recover` has nothing to do in it.
      }
    },
  };
}

/** Whether a run's folder was not finished by its runner. */
export function isRunning(path: string): boolean {
  return basename(path).startsWith(RUNNING);
}

/**
 * The new name of a folder that a dead runner has left, once everything is taken down; other folders keep their name.
 */
export function recoveredPath(path: string): string {
  return isRunning(path) ? join(dirname(path), `${basename(path).slice(RUNNING.length)}-recovered`) : path;
}

/**
 * Writes a file completely or not at all. A device or a pipe is written to directly.
 *
 * @throws the file system's error
 */
export function writeWhole(path: string, text: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const temporary = `${path}.partial`;
  try {
    const fd = openSync(temporary, 'w');
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
}

/** Names of the log files of a run, relative to its folder; empty when they cannot be listed. */
export function logFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'logs'))
      .sort()
      .map((name) => `logs/${name}`);
  } catch {
    return [];
  }
}
