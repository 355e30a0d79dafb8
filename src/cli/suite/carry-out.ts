import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Matrix, MatrixRun, RunResult } from '../../matrix/matrix.ts';
import { reasonToStop, type StopRule } from '../../matrix/stop.ts';
import { systemClock } from '../../support/clock.ts';
import { formatDuration } from '../../support/units.ts';
import { loadWithoutReadings } from '../report/saved-runs.ts';
import { childRun, type ChildRunEnd } from './child-run.ts';
import { recoverRuns, resultOf, RUNS, saveMatrix } from './matrix-folder.ts';
import { sideBySide, type Task } from './side-by-side.ts';

export interface CarryOutOptions extends StopRule {
  /** The most runs at once; left out: as many as the cores carry. */
  jobs?: number;
  /** Bound of a single run. */
  runTimeoutMs: number;
  /** After so long no further run begins. */
  budgetMs?: number;
  /** Its reason is the signal that is passed on to the runs. */
  signal: AbortSignal;
  began(run: MatrixRun, at: number): void;
  ended(run: MatrixRun, result: RunResult | null): void;
}

/** A run that has been asked to end undoes everything first; its own undo waits for seconds at most. */
const GRACE_MS = 60_000;
/** Servers that one core carries beside their runner, at the rates at which experiments publish. */
const SERVERS_PER_CORE = 3;

/**
 * Carries out whatever is missing of a matrix, and keeps its folder up to date: after each run everything so far is
 * there, whole. Resolves when all that has begun has ended and is undone.
 */
export async function carryOut(folder: string, matrix: Matrix, options: CarryOutOptions): Promise<void> {
  const { wallMs: before } = matrix;
  const beganMs = systemClock.monotonicMs();
  const results: RunResult[] = [];
  delete matrix.endedAt;
  delete matrix.stopped;
  delete matrix.interrupted;
  const save = (): void => {
    matrix.wallMs = before + Math.round(systemClock.monotonicMs() - beganMs);
    saveMatrix(folder, matrix);
  };
  const mayStart = (): boolean => {
    const stopped = whyToStop(options, results, systemClock.monotonicMs() - beganMs);
    if (stopped !== null) matrix.stopped ??= stopped;
    return stopped === null;
  };
  save();
  const tasks = missing(matrix).map((run) =>
    taskOf(run, matrix, async (started) => {
      options.began(run, matrix.runs.indexOf(run) + 1);
      const result = await oneRun(folder, run, matrix, options, started);
      if (result !== null) {
        run.result = result;
        results.push(result);
      }
      options.ended(run, result);
      save();
    }),
  );
  const { jobs } = options;
  await sideBySide(tasks, {
    cores: availableParallelism(),
    ...(jobs === undefined ? {} : { jobs }),
    mayStart,
  });
  // The last one that began may itself be what is missing.
  if (missing(matrix).length > 0) mayStart();
  else delete matrix.stopped;
  if (options.signal.aborted) matrix.interrupted = options.signal.reason as 'SIGINT' | 'SIGTERM';
  matrix.endedAt = systemClock.now().toISOString();
  save();
}

function missing({ runs }: Matrix): MatrixRun[] {
  return runs.filter(({ result }) => result === undefined);
}

function whyToStop(
  options: CarryOutOptions,
  results: readonly RunResult[],
  elapsedMs: number,
): string | null {
  const { signal, budgetMs } = options;
  if (signal.aborted) return `interrupted by ${String(signal.reason)}`;
  if (budgetMs !== undefined && elapsedMs >= budgetMs)
    return `the time of ${formatDuration(budgetMs)} was up`;
  return reasonToStop(results, options);
}

function taskOf(run: MatrixRun, matrix: Matrix, carry: Task['run']): Task {
  const experiment = matrix.experiments.find(({ name }) => name === run.experiment);
  return {
    cores: Math.max(1, Math.ceil((experiment?.nodes ?? 0) / SERVERS_PER_CORE)),
    alone: experiment?.alone !== undefined,
    run: carry,
  };
}

/** @returns null when it was interrupted, and has yet to come to a verdict */
async function oneRun(
  folder: string,
  run: MatrixRun,
  matrix: Matrix,
  options: CarryOutOptions,
  onUp: () => void,
): Promise<RunResult | null> {
  const { signal, runTimeoutMs: timeoutMs } = options;
  const startedAt = systemClock.now().toISOString();
  const beganMs = systemClock.monotonicMs();
  const runs = join(folder, RUNS);
  const args = argumentsOf(run, matrix, runs);
  const end = await childRun({ args, timeoutMs, graceMs: GRACE_MS, signal, onUp });
  const left = end.result === undefined ? await recoverRuns(runs, 'may be') : [];
  const report = end.result?.folder;
  const path = report === undefined ? undefined : `${RUNS}/${basename(report)}`;
  if (report !== undefined && path !== undefined && end.result?.verdict !== 'interrupted')
    return resultOf(loadWithoutReadings(resolve(report)), path);
  if (signal.aborted && left.length === 0) return null;
  return {
    verdict: left.length > 0 ? 'unclean' : 'error',
    headline: whatHappened(end, timeoutMs, left),
    ...(path === undefined ? {} : { folder: path }),
    startedAt,
    durationMs: Math.round(systemClock.monotonicMs() - beganMs),
  };
}

function argumentsOf(run: MatrixRun, { asked, columns, experiments }: Matrix, runs: string): string[] {
  const file = experiments.find(({ name }) => name === run.experiment)?.file ?? run.experiment;
  const nats = columns.find(({ name }) => name === run.column)?.nats;
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return [
    file,
    ...option('--nats', nats),
    ...option('--environment', asked.environment),
    ...option('--driver', asked.driver),
    ...['--seed', String(run.seed), '--out', runs, '--free-ports'],
  ];
}

function whatHappened(
  { timedOut, how, complaints, result }: ChildRunEnd,
  timeoutMs: number,
  left: readonly string[],
): string {
  const undone = result === undefined ? `it ended with ${how}` : 'everything was undone';
  const what = timedOut
    ? `not done within ${formatDuration(timeoutMs)}; ${undone}`
    : result === undefined
      ? `ended without a report (${how})`
      : 'interrupted by somebody else; everything was undone';
  const said = result === undefined && complaints.length > 0 ? `: ${complaints.join(' ')}` : '';
  return left.length > 0
    ? `${what}${said}; left to be undone: chaos recover ${left.join(' ')}`
    : `${what}${said}`;
}
