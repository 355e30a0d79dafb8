import { randomInt } from 'node:crypto';
import { basename, join, relative, resolve } from 'node:path';
import type { Matrix } from '../../matrix/matrix.ts';
import { renderMatrix } from '../../matrix/text.ts';
import { renderNightJunit, renderNightMarkdown } from '../../nightly/forms.ts';
import { nightMessage, nightOf, type Night } from '../../nightly/night.ts';
import type { Retention } from '../../nightly/retention.ts';
import { SIGNS } from '../../report/paint.ts';
import { printable } from '../../report/text.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { EXIT_CODE_OF } from '../exit-codes.ts';
import { holdAgainstGoodNights } from '../nightly/hold-against.ts';
import {
  closeDeadNights,
  deleteNights,
  newNightFolder,
  nightsUnder,
  reportsOf,
  saveIndex,
  saveNight,
} from '../nightly/nights-folder.ts';
import { checkWebhook, notify, type Notifications } from '../nightly/notify.ts';
import { complain, printJson } from '../output.ts';
import { catchInterrupts, type Interrupts } from '../run/interrupts.ts';
import { carryOut } from '../suite/carry-out.ts';
import { takeLock } from '../suite/lock.ts';
import { saveMatrix } from '../suite/matrix-folder.ts';
import { planMatrix } from '../suite/plan-matrix.ts';
import { SuiteFormWriter } from '../suite/suite-forms.ts';
import { boundsOf, type SuiteOptions } from '../suite/suite-options.ts';
import { terminal, toldAndWritten } from './matrix.ts';

export interface NightlyOptions extends SuiteOptions {
  out: string;
  /** Nights. */
  keep: number;
  /** Milliseconds. */
  keepFailures: number;
  /** A ratio. */
  tolerance?: number;
  webhook?: string;
  onRegression?: string;
}

/**
 * `chaos nightly`: a suite, held against its last good night. @returns the exit code of the worst of its runs, and 1
 * for a regression
 */
export async function nightlyCommand(files: string[], options: NightlyOptions): Promise<number> {
  const told = notifications(options);
  const unlock = await takeLock(resolve(options.out, 'nightly.lock'), `a nightly in ${options.out}`);
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  try {
    // Not before the lock: the files may be those of the night that goes on.
    const writer = new SuiteFormWriter(options, process.env);
    return await theNight(files, options, { told, writer }, interrupts);
  } catch (thrown) {
    if (thrown instanceof ChaosError && thrown.code !== 'aborted')
      for (const problem of await notify(told, failure(thrown, options.out))) complain(problem);
    throw thrown;
  } finally {
    interrupts.release();
    unlock();
  }
}

function notifications({
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

async function theNight(
  files: string[],
  options: NightlyOptions,
  { told, writer }: { told: Notifications; writer: SuiteFormWriter },
  { signal }: Interrupts,
): Promise<number> {
  const { out } = options;
  await closeDeadNights(out);
  const matrix = await planned(files, options, signal);
  const folder = newNightFolder(out, systemClock.now());
  saveMatrix(folder, matrix);
  complain(`night: ${relative(process.cwd(), folder)}/matrix.html`);
  await carryOut(folder, matrix, {
    ...boundsOf(options),
    signal,
    ...toldAndWritten(matrix, options, writer),
  });
  const night = await judged(folder, matrix, options, told);
  writer.end({
    junit: () => renderNightJunit(matrix, night),
    markdown: () => renderNightMarkdown(matrix, night),
  });
  const { keep, keepFailures: keepFailuresMs } = options;
  sweep(out, { keep, keepFailuresMs });
  show(folder, matrix, night, options);
  return night.exitCode;
}

async function planned(files: string[], options: NightlyOptions, signal: AbortSignal): Promise<Matrix> {
  const { repeat = 1, nats = [], seed = randomInt(2 ** 30), environment, driver } = options;
  const asked = {
    files,
    nats,
    repeat,
    ...(environment === undefined ? {} : { environment }),
    ...(driver === undefined ? {} : { driver }),
  };
  return planMatrix(asked, seed, systemClock.now(), { progress: complain, signal });
}

/** Holds the night against the last good one, saves it, and tells of it when it is no pass. */
async function judged(
  folder: string,
  matrix: Matrix,
  options: NightlyOptions,
  told: Notifications,
): Promise<Night> {
  const { out, tolerance } = options;
  const held = holdAgainstGoodNights(out, folder, matrix, nightsUnder(out), tolerance);
  const night = nightOf(basename(folder), matrix, reportsOf(folder, matrix), held);
  // Saved before anybody is told: a message that never comes must not cost the night.
  saveNight(folder, night);
  if (night.verdict === 'pass' || night.verdict === 'interrupted') return night;
  night.complaints = await notify(told, nightMessage(night, resolve(folder)));
  for (const problem of night.complaints) complain(problem);
  saveNight(folder, night);
  return night;
}

/** What cannot be tidied up changes no verdict. */
function sweep(out: string, retention: Retention): void {
  try {
    const deleted = deleteNights(out, retention, systemClock.now());
    if (deleted.length > 0) complain(`deleted: ${deleted.join(', ')}`);
    saveIndex(out);
  } catch (thrown) {
    complain(`${out} could not be tidied up: ${messageOf(thrown)}`);
  }
}

function show(folder: string, matrix: Matrix, night: Night, { json, out }: NightlyOptions): void {
  const place = relative(process.cwd(), folder) || '.';
  if (json === true) {
    printJson({ folder: place, ...night });
    return;
  }
  process.stdout.write(renderMatrix(matrix, place, terminal()));
  const { cells, regressions, notRun, verdict } = night;
  const baselines = [...new Set(cells.flatMap(({ baseline }) => baseline ?? []))];
  const against =
    baselines.length === 0
      ? 'there is no good night yet to hold it against'
      : `held against ${baselines.join(', ')}`;
  const lines = [
    ...notRun.map((run) => `not run: ${run}`),
    ...regressions.map((text) => `regression: ${text}`),
    `${SIGNS[verdict]} night ${night.name}: ${verdict}; ${against}`,
    `all nights: ${join(relative(process.cwd(), resolve(out)) || '.', 'index.html')}`,
  ];
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

/** The message of a night that could not be carried out at all. */
function failure(error: ChaosError, out: string): Record<string, unknown> {
  const headline = `the night could not be carried out: ${error.message}`;
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
