import { randomInt } from 'node:crypto';
import { basename, join, relative, resolve } from 'node:path';
import type { Matrix } from '../../matrix/matrix.ts';
import { renderMatrix } from '../../matrix/text.ts';
import { renderNightlyJunit, renderNightlyMarkdown } from '../../nightly/forms.ts';
import { comparedWords } from '../../nightly/comparison-words.ts';
import { nightlyMessage, nightlyRunOf, type NightlyRun } from '../../nightly/nightly-run.ts';
import type { Retention } from '../../nightly/retention.ts';
import { SIGNS } from '../../report/paint.ts';
import { printable } from '../../report/text.ts';
import { systemClock } from '../../support/clock.ts';
import { type ChaosError, messageOf } from '../../support/errors.ts';
import { asChaosError } from '../../support/system-errors.ts';
import type { Asking } from '../fleet/asking.ts';
import { nameOnQueue, openFleet, remoteCarrier } from '../fleet/choose-carrier.ts';
import { EXIT_CODE_OF, withoutResult } from '../exit-codes.ts';
import { compareWithGoodRuns } from '../nightly/compare-with-good-runs.ts';
import {
  closeDeadNightlyRuns,
  deleteNightlyRuns,
  newNightlyFolder,
  nightlyRunsUnder,
  reportsOf,
  saveIndex,
  saveNightlyRun,
} from '../nightly/nightly-folder.ts';
import { checkWebhook, notify, type Notifications } from '../nightly/notify.ts';
import { complain, print, printJson, terminal, write } from '../output.ts';
import { Attempts } from '../forms/attempts.ts';
import { secrecy } from '../secrecy.ts';
import { catchInterrupts, type Interrupts } from '../run/interrupts.ts';
import { carryOut, missingRuns } from '../suite/carry-out.ts';
import { localCarrier } from '../suite/local-carrier.ts';
import { takeLock } from '../suite/lock.ts';
import { saveMatrix, saveMatrixSomewhere } from '../suite/matrix-folder.ts';
import { planMatrix } from '../suite/plan-matrix.ts';
import { SuiteFormWriter } from '../suite/suite-forms.ts';
import { boundsOf, type SuiteOptions } from '../suite/suite-options.ts';
import { reportedAndWritten } from './matrix.ts';

export interface NightlyOptions extends SuiteOptions {
  out: string;
  /** Number of nightly runs. */
  keep: number;
  /** Milliseconds. */
  keepFailures: number;
  /** A ratio. */
  tolerance?: number;
  webhook?: string;
  onRegression?: string;
}

/**
 * `chaos nightly`: runs a suite and compares it with the last good nightly run. @returns the exit code of the worst
 * run, and 1 for a regression
 */
export async function nightlyCommand(files: string[], options: NightlyOptions): Promise<number> {
  const notifications = notificationsOf(options);
  const unlock = await takeLock(resolve(options.out, 'nightly.lock'), `a nightly in ${options.out}`);
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  try {
    // Only after the lock is held: the files may belong to a nightly run that is still going on.
    const writer = new SuiteFormWriter(options, process.env);
    return await oneNightlyRun(files, options, { notifications, writer }, interrupts);
  } catch (thrown) {
    const error = asChaosError(thrown);
    if (error.code !== 'aborted')
      for (const problem of await notify(notifications, secrecy.data(failure(error, options.out))))
        complain(problem);
    throw thrown;
  } finally {
    interrupts.release();
    unlock();
  }
}

function notificationsOf({
  webhook = process.env['NATS_CHAOS_WEBHOOK'],
  onRegression,
}: NightlyOptions): Notifications {
  const url = webhook === '' ? undefined : webhook;
  if (url !== undefined) checkWebhook(url);
  return {
    ...(url === undefined ? {} : { webhook: url }),
    ...(onRegression === undefined ? {} : { command: onRegression }),
  };
}

async function oneNightlyRun(
  files: string[],
  options: NightlyOptions,
  { notifications, writer }: { notifications: Notifications; writer: SuiteFormWriter },
  { signal }: Interrupts,
): Promise<number> {
  const fleet = await openFleet(options, signal);
  try {
    return await nightlyRunOn(fleet, files, options, { notifications, writer, signal });
  } finally {
    await fleet?.close();
  }
}

async function nightlyRunOn(
  fleet: Asking | undefined,
  files: string[],
  options: NightlyOptions,
  {
    notifications,
    writer,
    signal,
  }: { notifications: Notifications; writer: SuiteFormWriter; signal: AbortSignal },
): Promise<number> {
  const { out } = options;
  await closeDeadNightlyRuns(out);
  const matrix = await planned(files, options, signal, fleet !== undefined);
  nameOnQueue(matrix, fleet, 'the nightly run');
  const carrier =
    fleet === undefined
      ? localCarrier
      : await remoteCarrier(fleet, matrix, missingRuns('', matrix, boundsOf(options).runTimeoutMs));
  const folder = newNightlyFolder(out, systemClock.now());
  saveMatrix(folder, matrix);
  complain(`nightly run: ${relative(process.cwd(), folder)}/matrix.html`);
  await carryOut(folder, matrix, {
    ...boundsOf(options),
    carrier,
    signal,
    // Reported at the end, if it still cannot be saved then.
    unsaved: () => undefined,
    ...reportedAndWritten(matrix, options, writer),
  });
  const saved = saveMatrixSomewhere(folder, matrix);
  const attempts = new Attempts();
  const nightlyRun = await judged(folder, matrix, options, notifications, attempts);
  writer.end({
    junit: () => renderNightlyJunit(matrix, nightlyRun),
    markdown: () => renderNightlyMarkdown(matrix, nightlyRun),
  });
  const { keep, keepFailures: keepFailuresMs } = options;
  sweep(out, { keep, keepFailuresMs });
  show(folder, matrix, nightlyRun, options);
  return saved && !attempts.failed && !writer.failed
    ? nightlyRun.exitCode
    : withoutResult(nightlyRun.exitCode);
}

async function planned(
  files: string[],
  options: NightlyOptions,
  signal: AbortSignal,
  elsewhere: boolean,
): Promise<Matrix> {
  const { repeat = 1, nats = [], seed = randomInt(2 ** 30) } = options;
  const { tag, environment, driver, skipUnavailable } = options;
  const asked = {
    files,
    nats,
    repeat,
    ...(tag === undefined ? {} : { tag }),
    ...(environment === undefined ? {} : { environment }),
    ...(driver === undefined ? {} : { driver }),
    ...(skipUnavailable === undefined ? {} : { skipUnavailable }),
  };
  return planMatrix(asked, seed, systemClock.now(), { progress: complain, signal, elsewhere });
}

/** Compares the nightly run with the last good one, saves it, and sends a notification when it did not pass. */
async function judged(
  folder: string,
  matrix: Matrix,
  options: NightlyOptions,
  notifications: Notifications,
  attempts: Attempts,
): Promise<NightlyRun> {
  const { out, tolerance } = options;
  const comparisons = compareWithGoodRuns(out, folder, matrix, nightlyRunsUnder(out), {
    tolerance,
    attempts,
  });
  const nightlyRun = nightlyRunOf(basename(folder), matrix, reportsOf(folder, matrix), comparisons);
  // Saved before anybody is notified: a message that cannot be sent must not lose the nightly run.
  attempts.try(() => saveNightlyRun(folder, nightlyRun));
  if (nightlyRun.verdict === 'pass' || nightlyRun.verdict === 'interrupted') return nightlyRun;
  nightlyRun.complaints = await notify(
    notifications,
    secrecy.data(nightlyMessage(nightlyRun, resolve(folder))),
  );
  for (const problem of nightlyRun.complaints) complain(problem);
  attempts.try(() => saveNightlyRun(folder, nightlyRun));
  return nightlyRun;
}

/** A failed clean-up of old nightly runs does not change the verdict. */
function sweep(out: string, retention: Retention): void {
  try {
    const deleted = deleteNightlyRuns(out, retention, systemClock.now());
    if (deleted.length > 0) complain(`deleted: ${deleted.join(', ')}`);
    saveIndex(out);
  } catch (thrown) {
    complain(`${out} could not be tidied up: ${messageOf(thrown)}`);
  }
}

function show(folder: string, matrix: Matrix, nightlyRun: NightlyRun, { json, out }: NightlyOptions): void {
  const place = relative(process.cwd(), folder) || '.';
  if (json === true) {
    printJson({ folder: place, ...nightlyRun });
    return;
  }
  write(renderMatrix(matrix, place, terminal()));
  const { regressions, notRun, verdict } = nightlyRun;
  const lines = [
    ...notRun.map((run) => `not run: ${run}`),
    ...regressions.map((text) => `regression: ${text}`),
    `${SIGNS[verdict]} nightly run ${nightlyRun.name}: ${verdict}; ${comparedWords(nightlyRun)}`,
    `all nightly runs: ${join(relative(process.cwd(), resolve(out)) || '.', 'index.html')}`,
  ];
  print(lines.map(printable).join('\n'));
}

/** The message for a nightly run that could not be carried out at all. */
function failure(error: ChaosError, out: string): Record<string, unknown> {
  const headline = `the nightly run could not be carried out: ${error.message}`;
  return {
    text: `nats-chaos: ${headline}`,
    program: 'nats-chaos',
    folder: resolve(out),
    verdict: 'error',
    exitCode: EXIT_CODE_OF[error.code],
    headline,
    regressions: [],
  };
}
