import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processStart } from '../support/process-start.ts';

const FILE = 'runner.json';
/** A folder this young may belong to a runner that has not put its mark in it yet. */
const MAKING_MS = 10_000;

/** Who carries a run out, as `runner.json` in its folder says. */
interface RunnerMark {
  runId: string;
  pid: number;
  /** When that process began, as its system says it: a process id alone is given to others later. */
  started: string;
  host: string;
}

/** Says in a run's folder that this process carries it out. */
export function markRunner(folder: string, runId: string): void {
  const mark: RunnerMark = {
    runId,
    pid: process.pid,
    started: processStart(process.pid) ?? 'unknown',
    host: hostname(),
  };
  writeFileSync(join(folder, FILE), `${JSON.stringify(mark)}\n`);
}

/** Why a run may still be going on, in words; null when nobody carries it out any more. */
export function runnerOf(folder: string): string | null {
  const mark = readMark(folder);
  if (mark === null) {
    return Date.now() - statSync(folder).mtimeMs < MAKING_MS ? 'it has only just been made' : null;
  }
  if (mark.host !== hostname()) return `it was started on ${mark.host}, and can be recovered only there`;
  return processStart(mark.pid) === mark.started ? `it is still going on in process ${mark.pid}` : null;
}

/** The machine that a run was started on, when that is not this one: nothing can be told of it here. */
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
    // Earlier versions left no mark; and a runner that died while it wrote one is as dead as any other.
    return null;
  }
}
