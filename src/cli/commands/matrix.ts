import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { cellsOf, outcomeOf } from '../../matrix/cells.ts';
import { newBisection } from '../../matrix/bisect.ts';
import type { Asked, Matrix } from '../../matrix/matrix.ts';
import { checkSameAsked } from '../../matrix/read-matrix.ts';
import type { StopRule } from '../../matrix/stop.ts';
import { renderMatrixJunit } from '../../matrix/junit.ts';
import { renderMatrixMarkdown } from '../../matrix/markdown.ts';
import { renderMatrix } from '../../matrix/text.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError } from '../../support/errors.ts';
import { makeWritableFolder } from '../../support/make-folder.ts';
import { exitCodeOf } from '../../verdict/verdict.ts';
import type { Asking } from '../fleet/asking.ts';
import { nameOnQueue, openFleet, remoteCarrier } from '../fleet/choose-carrier.ts';
import { withoutResult } from '../exit-codes.ts';
import { complain, printJson, terminal, write } from '../output.ts';
import { catchInterrupts, type Interrupts } from '../run/interrupts.ts';
import { carryOutBisection, releasesOf } from '../suite/bisection.ts';
import { carryOut, missingRuns, type CarryOutOptions } from '../suite/carry-out.ts';
import { localCarrier } from '../suite/local-carrier.ts';
import { takeLock } from '../suite/lock.ts';
import {
  adoptRuns,
  loadMatrix,
  newMatrixFolder,
  recoverRuns,
  RUNS,
  saveMatrix,
  saveMatrixSomewhere,
  unfinishedMatrix,
} from '../suite/matrix-folder.ts';
import { checkUnchanged, planMatrix } from '../suite/plan-matrix.ts';
import { progressLines } from '../suite/progress-lines.ts';
import { SuiteFormWriter, type SuiteForms } from '../suite/suite-forms.ts';
import { boundsOf, type SuiteOptions } from '../suite/suite-options.ts';

export interface MatrixOptions extends StopRule, SuiteOptions {
  out: string;
  resume?: boolean;
  /** A range of releases, in place of `nats`: the first that differs from the oldest is looked for. */
  bisect?: string;
}

/** `chaos matrix`: runs experiments × versions × repeats. @returns the exit code of the worst run, by the table */
export async function matrixCommand(files: string[], options: MatrixOptions): Promise<number> {
  const writer = new SuiteFormWriter(options, process.env);
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  let fleet: Asking | undefined;
  try {
    fleet = await openFleet(options, interrupts.signal);
    checkSearch(options);
    const begun = options.resume === true ? undefined : await begin(files, options, interrupts, fleet);
    const folder = begun?.folder ?? unfinishedMatrix(options.out);
    const unlock = await takeLock(`${folder}/matrix.lock`, `the matrix in ${shown(folder)}`);
    try {
      // One that goes on is read only now: nobody else writes to it any more.
      const matrix = begun?.matrix ?? (await resumed(folder, files, options, interrupts, fleet));
      return await carriedOut({ folder, matrix, fleet }, options, writer, interrupts);
    } finally {
      unlock();
    }
  } finally {
    await fleet?.close();
    interrupts.release();
  }
}

/** Where a failure shows in some of the runs only, one run of a release says little. */
const REPEATS_OF_A_SEARCH = 3;

/** @throws ChaosError `usage` for options that contradict `--bisect` */
function checkSearch({ bisect, nats, stopOn, maxFailures, resume }: MatrixOptions): void {
  if (bisect === undefined) return;
  const [other] = [
    ...(nats === undefined || resume === true ? [] : ['--nats']),
    ...(stopOn === undefined ? [] : ['--stop-on']),
    ...(maxFailures === undefined ? [] : ['--max-failures']),
  ];
  if (other === '--nats') throw new ChaosError('usage', '--bisect chooses the versions: leave out --nats');
  if (other !== undefined)
    throw new ChaosError('usage', `--bisect looks for failures, and goes on after them: leave out ${other}`);
}

async function resumed(
  folder: string,
  files: string[],
  options: MatrixOptions,
  { signal }: Interrupts,
  fleet: Asking | undefined,
): Promise<Matrix> {
  const matrix = loadMatrix(folder);
  checkSameAsked(matrix.asked, askedNow(files, options), shown(folder));
  nameOnQueue(matrix, fleet, `the matrix in ${shown(folder)}`);
  await checkUnchanged(matrix, { progress: complain, signal, elsewhere: fleet !== undefined });
  return matrix;
}

async function begin(
  files: string[],
  options: MatrixOptions,
  { signal }: Interrupts,
  fleet: Asking | undefined,
): Promise<{ folder: string; matrix: Matrix }> {
  const context = { progress: complain, signal, elsewhere: fleet !== undefined };
  if (files.length === 0)
    throw new ChaosError('usage', 'name experiments, or folders of them; or --resume, to continue a matrix');
  makeWritableFolder(options.out);
  const { bisect: range, seed = randomInt(2 ** 30) } = options;
  const releases = range === undefined ? undefined : await releasesOf(range, context);
  const { repeat = releases === undefined ? 1 : REPEATS_OF_A_SEARCH } = options;
  const nats = releases?.slice(0, 1) ?? options.nats ?? [];
  const asked: Asked = { ...askedNow(files, options), files, nats, repeat };
  const matrix = await planMatrix(asked, seed, systemClock.now(), context);
  if (range !== undefined && releases !== undefined) {
    if (matrix.experiments.length !== 1) throw new ChaosError('usage', '--bisect is of one experiment');
    matrix.bisection = newBisection(range, releases);
  }
  nameOnQueue(matrix, fleet, 'the matrix');
  if (fleet !== undefined)
    await remoteCarrier(fleet, matrix, missingRuns('', matrix, boundsOf(options).runTimeoutMs));
  const folder = newMatrixFolder(options.out, systemClock.now());
  saveMatrix(folder, matrix);
  return { folder, matrix };
}

/** The words of the command line that decide what is run; options that were not given are left out. */
function askedNow(
  files: string[],
  { tag, nats, repeat, bisect, environment, driver, skipUnavailable }: MatrixOptions,
): Partial<Asked> {
  return {
    ...(files.length === 0 ? {} : { files }),
    ...(tag === undefined ? {} : { tag }),
    ...(nats === undefined ? {} : { nats }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(bisect === undefined ? {} : { bisect }),
    ...(environment === undefined ? {} : { environment }),
    ...(driver === undefined ? {} : { driver }),
    ...(skipUnavailable === undefined ? {} : { skipUnavailable }),
  };
}

async function carriedOut(
  { folder, matrix, fleet }: { folder: string; matrix: Matrix; fleet: Asking | undefined },
  options: MatrixOptions,
  writer: SuiteFormWriter,
  { signal }: Interrupts,
): Promise<number> {
  await recoverRuns(`${folder}/${RUNS}`, 'must not be');
  adoptRuns(folder, matrix);
  const { stopOn, maxFailures } = options;
  complain(`matrix: ${shown(folder)}/matrix.html`);
  const how: CarryOutOptions = {
    ...boundsOf(options),
    carrier: fleet === undefined ? localCarrier : await remoteCarrier(fleet, matrix),
    signal,
    // Reported at the end, if it still cannot be saved then.
    unsaved: () => undefined,
    ...(stopOn === undefined ? {} : { stopOn }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    ...reportedAndWritten(matrix, options, writer),
  };
  const { bisection } = matrix;
  const noted = (line: string): void => (options.quiet === true ? undefined : complain(line));
  if (bisection === undefined) await carryOut(folder, matrix, how);
  else await carryOutBisection(folder, matrix, bisection, { ...how, noted });
  const saved = saveMatrixSomewhere(folder, matrix);
  writer.end(formsOf(matrix));
  const outcome = outcomeOf(matrix);
  if (options.json === true) printJson({ folder: shown(folder), outcome, ...matrix, cells: cellsOf(matrix) });
  else write(renderMatrix(matrix, shown(folder), terminal()));
  if (outcome.missing > 0 || matrix.bisection?.going === true)
    complain(`chaos matrix --resume${fleet === undefined ? '' : ' --queue …'} goes on with what is missing`);
  const code = exitCodeOf(outcome.verdict, matrix.interrupted);
  return saved && !writer.failed ? code : withoutResult(code);
}

/** When a run begins or ends, prints a progress line and brings the other forms up to date. */
export function reportedAndWritten(
  matrix: Matrix,
  { quiet }: SuiteOptions,
  writer: SuiteFormWriter,
): ReturnType<typeof progressLines> {
  const { began, ended } = progressLines(matrix, quiet === true ? () => undefined : complain);
  return {
    began,
    ended: (run, result) => {
      ended(run, result);
      writer.write(formsOf(matrix));
    },
  };
}

function formsOf(matrix: Matrix): SuiteForms {
  return { junit: () => renderMatrixJunit(matrix), markdown: () => renderMatrixMarkdown(matrix) };
}

function shown(folder: string): string {
  return relative(process.cwd(), folder) || '.';
}
