import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Matrix, MatrixRun, RunResult } from '../../matrix/matrix.ts';
import { reasonToStop, type StopRule } from '../../matrix/stop.ts';
import type { ResultEvent } from '../../report/forms/events.ts';
import { systemClock } from '../../support/clock.ts';
import { callAfter } from '../../support/long-timer.ts';
import { asChaosError } from '../../support/system-errors.ts';
import { formatDuration } from '../../support/units.ts';
import { printStack } from '../endings.ts';
import { loadWithoutReadings } from '../report/saved-runs.ts';
import type { CarriedRun, Carrier, CarryOptions, RunDescription } from './carrier.ts';
import { idleCores } from './idle-cores.ts';
import { resultOf, RUNS, saveMatrix } from './matrix-folder.ts';
import { figuresOfRows } from './row-figures.ts';
import { sideBySide, type Task } from './side-by-side.ts';

export interface CarryOutOptions extends StopRule {
  carrier: Carrier;
  /** The most runs at once; left out: as many as the cores allow, and more while the machine is idle. */
  jobs?: number;
  /** Bound of a single run. */
  runTimeoutMs: number;
  /** After this time no further run begins. */
  budgetMs?: number;
  /** When this time began, by the monotonic clock; left out: with the call. */
  budgetFromMs?: number;
  /** Its reason is the signal that is sent on to the runs. */
  signal: AbortSignal;
  /** Called with what could not be saved: the runs go on without it. */
  unsaved(thrown: unknown): void;
  /** @param where on which worker; left out: on this machine */
  began(run: MatrixRun, at: number, where?: string): void;
  ended(run: MatrixRun, result: RunResult | null): void;
}

/** Servers that one core can run beside their runner, at the publish rates of experiments. */
const SERVERS_PER_CORE = 3;

/**
 * Carries out the missing runs of a matrix, and keeps its folder up to date: after each run all results so far are
 * saved completely. Resolves when every run that began has ended and is undone.
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
    try {
      saveMatrix(folder, matrix);
    } catch (thrown) {
      options.unsaved(thrown);
    }
  };
  const withdrawal = new AbortController();
  const { budgetFromMs = beganMs } = options;
  const mayStart = (): boolean => {
    const stopped = whyToStop(options, results, systemClock.monotonicMs() - budgetFromMs);
    if (stopped === null) return true;
    matrix.stopped ??= stopped;
    withdrawal.abort();
    return false;
  };
  const { jobs, budgetMs, carrier } = options;
  save();
  const tasks = missing(matrix).map((run) =>
    taskOf(run, matrix, carrier, async (onUp) => {
      const began = { yet: false };
      const onBegan = (where?: string): void => {
        began.yet = true;
        options.began(run, matrix.runs.indexOf(run) + 1, where);
      };
      const watch = { signal: options.signal, withdraw: withdrawal.signal, onBegan, onUp };
      const { result, release } = await oneRunOrWhyNot(folder, run, matrix, options, watch);
      if (result !== null) {
        run.result = result;
        results.push(result);
      }
      if (began.yet || result !== null) options.ended(run, result);
      save();
      await release?.();
      // Runs that wait elsewhere are taken back as soon as no other may begin.
      mayStart();
    }),
  );
  const leftMs = budgetMs === undefined ? undefined : Math.max(0, budgetMs - (beganMs - budgetFromMs));
  const forget = leftMs === undefined || !carrier.elsewhere ? undefined : callAfter(leftMs, mayStart);
  await sideBySide(tasks, {
    cores: availableParallelism(),
    ...(jobs === undefined ? {} : { jobs }),
    idleCores,
    mayStart,
  });
  forget?.();
  // The last run that began may be the one that is missing.
  if (missing(matrix).length > 0) mayStart();
  else delete matrix.stopped;
  if (options.signal.aborted) matrix.interrupted = options.signal.reason as 'SIGINT' | 'SIGTERM';
  matrix.figures = figuresOfRows(folder, matrix);
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

function taskOf(run: MatrixRun, matrix: Matrix, { elsewhere }: Carrier, carry: Task['run']): Task {
  if (elsewhere) return { cores: 0, alone: false, run: carry };
  const experiment = matrix.experiments.find(({ name }) => name === run.experiment);
  return {
    cores: Math.max(1, Math.ceil((experiment?.nodes ?? 0) / SERVERS_PER_CORE)),
    alone: experiment?.alone !== undefined,
    timed: experiment?.timed === true,
    run: carry,
  };
}

/** A run that cannot be started, or whose result cannot be read, does not stop the others. */
async function oneRunOrWhyNot(...args: Parameters<typeof oneRun>): Promise<EndedRun> {
  const startedAt = systemClock.now().toISOString();
  const beganMs = systemClock.monotonicMs();
  try {
    return await oneRun(...args);
  } catch (thrown) {
    printStack(thrown);
    const { message, hint } = asChaosError(thrown);
    const result: RunResult = {
      verdict: 'error',
      headline: hint === undefined ? message : `${message} (${hint})`,
      startedAt,
      durationMs: Math.round(systemClock.monotonicMs() - beganMs),
    };
    return { result };
  }
}

interface EndedRun extends Pick<CarriedRun, 'release'> {
  /** Null when it was interrupted or withdrawn, and has no verdict yet. */
  result: RunResult | null;
}

async function oneRun(
  folder: string,
  run: MatrixRun,
  matrix: Matrix,
  { carrier, runTimeoutMs: timeoutMs }: CarryOutOptions,
  watch: CarryOptions,
): Promise<EndedRun> {
  const { signal } = watch;
  const startedAt = systemClock.now().toISOString();
  const beganMs = systemClock.monotonicMs();
  const runs = join(folder, RUNS);
  const end = await carrier.carry(descriptionOf(run, matrix, runs, timeoutMs), watch);
  const { left, release, worker } = end;
  const ended = (result: RunResult): EndedRun => ({
    result: { ...result, ...(worker === undefined ? {} : { worker }) },
    ...(release === undefined ? {} : { release }),
  });
  const report = end.result?.folder;
  const elsewhere = report !== undefined && dirname(resolve(report)) !== resolve(runs);
  const path = report === undefined || elsewhere ? undefined : `${RUNS}/${basename(report)}`;
  if (report !== undefined && path !== undefined && end.result?.verdict !== 'interrupted')
    return ended(resultOf(loadWithoutReadings(resolve(report)), path));
  if (end.withdrawn === true || (signal.aborted && left.length === 0)) return { result: null };
  // A run that could not save its report in its place is an error, and has said why.
  const said = end.result?.verdict === 'interrupted' ? undefined : end.result;
  return ended({
    verdict: left.length > 0 || said?.verdict === 'unclean' ? 'unclean' : 'error',
    headline: said === undefined ? whatHappened(end, timeoutMs) : unsavedHeadline(said),
    ...(path === undefined ? {} : { folder: path }),
    startedAt,
    durationMs: Math.round(systemClock.monotonicMs() - beganMs),
  });
}

function unsavedHeadline({ headline, folder }: ResultEvent): string {
  return `${headline}; ${folder === undefined ? 'there is no report' : `its report is elsewhere: ${folder}`}`;
}

/** The missing runs of a matrix. */
export function missingRuns(folder: string, matrix: Matrix, runTimeoutMs: number): RunDescription[] {
  return missing(matrix).map((run) => descriptionOf(run, matrix, join(folder, RUNS), runTimeoutMs));
}

function descriptionOf(run: MatrixRun, matrix: Matrix, out: string, timeoutMs: number): RunDescription {
  const { asked, columns, experiments, runs } = matrix;
  const { environment, driver } = asked;
  return {
    id: String(runs.indexOf(run) + 1),
    label: `${run.experiment} on ${run.column}, run ${run.repeat}`,
    file: experiments.find(({ name }) => name === run.experiment)?.file ?? run.experiment,
    nats: columns.find(({ name }) => name === run.column)?.nats,
    ...{ environment, driver, seed: run.seed, out, timeoutMs },
  };
}

function whatHappened({ timedOut, how, complaints, result, left }: CarriedRun, timeoutMs: number): string {
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
