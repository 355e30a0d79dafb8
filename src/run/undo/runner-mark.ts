import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processStart } from '../../support/process-start.ts';

const FILE = 'runner.json';
/** The runner of a folder this young may not have written its mark yet. */
const MAKING_MS = 10_000;

/** The process that carries out a run, as written in `runner.json` in its folder. */
interface RunnerMark {
  runId: string;
  pid: number;
  /** When that process began, in the words of its system: the system gives its id to other processes later. */
  started: string;
  host: string;
}

/** Writes into a run's folder that this process carries it out. */
export function markRunner(folder: string, runId: string): void {
  const mark: RunnerMark = {
    runId,
    pid: process.pid,
    started: processStart(process.pid) ?? 'unknown',
    host: hostname(),
  };
  writeFileSync(join(folder, FILE), `${JSON.stringify(mark)}\n`);
}

/** Why a run may still be going on, in words; null when no process carries it out any more. */
export function runnerOf(folder: string): string | null {
  const mark = readMark(folder);
  if (mark === null) {
    return Date.now() - statSync(folder).mtimeMs < MAKING_MS ? 'it has only just been made' : null;
  }
  if (mark.host !== hostname()) return `it was started on ${mark.host}, and can be recovered only there`;
  return processStart(mark.pid) === mark.started ? `it is still going on in process ${mark.pid}` : null;
}

/** The machine that a run was started on, if it is another one: the state of the run cannot be known here. */
export function startedElsewhere(folder: string): string | undefined {
  const host = readMark(folder)?.host;
  return host === hostname() ? undefined : host;
}

/** The id of the run that a folder belongs to, when its runner has noted it. */
export function runIdOf(folder: string): string | undefined {
  return readMark(folder)?.runId;
}

function readMark(folder: string): RunnerMark | null {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as RunnerMark;
  } catch {
    // Earlier versions wrote no mark; and a runner that died while it wrote one is dead all the same.
    return null;
  }
}
