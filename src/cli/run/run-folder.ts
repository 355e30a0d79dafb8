import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { markRunner } from '../../run/runner-mark.ts';
import { utcStamp } from '../../support/ids.ts';

/** How the name of a run's folder begins until everything is in it. */
export const RUNNING = '.running-';

export interface RunFolder {
  /** Where the run writes while it goes on. */
  path: string;
  /** Gives the folder its final name, at once and whole. @returns the final path */
  finish(natsVersion: string): string;
}

/** A new folder for a run under `out`. It has a name with a dot until everything is in it. */
export function createRunFolder(out: string, experiment: string, runId: string, startedAt: Date): RunFolder {
  const name = `${utcStamp(startedAt)}-${experiment}`;
  const path = resolve(out, `${RUNNING}${name}-${runId}`);
  mkdirSync(join(path, 'logs'), { recursive: true });
  markRunner(path, runId);
  return {
    path,
    finish(natsVersion) {
      const wanted = resolve(out, `${name}-${natsVersion}`);
      const final = existsSync(wanted) ? `${wanted}-${runId}` : wanted;
      renameSync(path, final);
      return final;
    },
  };
}

/** Whether a run's folder is one that its runner has not finished. */
export function isRunning(path: string): boolean {
  return basename(path).startsWith(RUNNING);
}

/** What a folder is called that a dead runner has left, once everything is taken down; others keep their name. */
export function recoveredPath(path: string): string {
  return isRunning(path) ? join(dirname(path), `${basename(path).slice(RUNNING.length)}-recovered`) : path;
}

/** Writes a file so that it is there either whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.partial`;
  const fd = openSync(temporary, 'w');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(temporary, path);
}

/** Names of the log files of a run, relative to its folder. */
export function logFiles(folder: string): string[] {
  return readdirSync(join(folder, 'logs'))
    .sort()
    .map((name) => `logs/${name}`);
}
