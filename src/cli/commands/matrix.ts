import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { cellsOf, outcomeOf } from '../../matrix/cells.ts';
import type { Asked, Matrix } from '../../matrix/matrix.ts';
import { checkSameAsked } from '../../matrix/read-matrix.ts';
import type { StopRule } from '../../matrix/stop.ts';
import { renderMatrixJunit } from '../../matrix/junit.ts';
import { renderMatrixMarkdown } from '../../matrix/markdown.ts';
import { renderMatrix } from '../../matrix/text.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError } from '../../support/errors.ts';
import { exitCodeOf, type Verdict } from '../../verdict/verdict.ts';
import type { Asking } from '../fleet/asking.ts';
import { nameOnQueue, openFleet, remoteCarrier } from '../fleet/choose-carrier.ts';
import { withoutResult } from '../exit-codes.ts';
import { complain, printJson, write } from '../output.ts';
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

/** What is searched, once it is known which releases there are. */
interface Searched {
  range: string;
  versions: readonly string[];
}

/** `chaos matrix`: runs experiments × versions × repeats. @returns the exit code of the worst run, by the table */
export async function matrixCommand(files: string[], options: MatrixOptions): Promise<number> {
  const writer = new SuiteFormWriter(options, process.env);
  const interrupts = catchInterrupts(() => complain('already undoing everything; please wait'));
  let fleet: Asking | undefined;
  try {
    const searched = await searchedOf(options, interrupts);
    fleet = await openFleet(options, interrupts.signal);
    const asked = ofSearch(options, searched);
    const { folder, matrix } = await begun(files, asked, interrupts, fleet);
    if (searched !== undefined && matrix.experiments.length !== 1)
      throw new ChaosError('usage', '--bisect is of one experiment');
    const unlock = await takeLock(`${folder}/matrix.lock`, `the matrix in ${shown(folder)}`);
    try {
      return await carriedOut({ folder, matrix, fleet }, options, writer, interrupts, searched);
    } finally {
      unlock();
    }
  } finally {
    await fleet?.close();
    interrupts.release();
  }
}

async function searchedOf(options: MatrixOptions, { signal }: Interrupts): Promise<Searched | undefined> {
  const { bisect: range, nats, resume } = options;
  if (range === undefined) return undefined;
  if (nats !== undefined || resume === true)
    throw new ChaosError(
      'usage',
      `--bisect chooses the versions: leave out ${nats === undefined ? '--resume' : '--nats'}`,
    );
  return { range, versions: await releasesOf(range, { progress: complain, signal }) };
}

/** The oldest and the newest are run in any case. */
function ofSearch(options: MatrixOptions, searched: Searched | undefined): MatrixOptions {
  if (searched === undefined) return options;
  const { versions } = searched;
  return { ...options, nats: [versions[0] ?? '', versions.at(-1) ?? ''] };
}

async function begun(
  files: string[],
  options: MatrixOptions,
  { signal }: Interrupts,
  fleet: Asking | undefined,
): Promise<{ folder: string; matrix: Matrix }> {
  const context = { progress: complain, signal, elsewhere: fleet !== undefined };
  if (options.resume === true) {
    const folder = unfinishedMatrix(options.out);
    const matrix = loadMatrix(folder);
    checkSameAsked(matrix.asked, askedNow(files, options), shown(folder));
    nameOnQueue(matrix, fleet, `the matrix in ${shown(folder)}`);
    await checkUnchanged(matrix, context);
    return { folder, matrix };
  }
  if (files.length === 0)
    throw new ChaosError('usage', 'name experiments, or folders of them; or --resume, to continue a matrix');
  const { repeat = 1, seed = randomInt(2 ** 30) } = options;
  const asked: Asked = { ...askedNow(files, options), files, nats: options.nats ?? [], repeat };
  const matrix = await planMatrix(asked, seed, systemClock.now(), context);
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
  { tag, nats, repeat, environment, driver, skipUnavailable }: MatrixOptions,
): Partial<Asked> {
  return {
    ...(files.length === 0 ? {} : { files }),
    ...(tag === undefined ? {} : { tag }),
    ...(nats === undefined ? {} : { nats }),
    ...(repeat === undefined ? {} : { repeat }),
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
  searched: Searched | undefined,
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
  if (searched === undefined) await carryOut(folder, matrix, how);
  else matrix.bisection = await carryOutBisection(folder, matrix, searched, how);
  const saved = saveMatrixSomewhere(folder, matrix);
  writer.end(formsOf(matrix));
  const outcome = outcomeOf(matrix);
  if (options.json === true) printJson({ folder: shown(folder), outcome, ...matrix, cells: cellsOf(matrix) });
  else write(renderMatrix(matrix, shown(folder), terminal()));
  if (outcome.missing > 0)
    complain(`chaos matrix --resume${fleet === undefined ? '' : ' --queue …'} goes on with what is missing`);
  const code = exitCodeOf(verdictOf(outcome.verdict, matrix), matrix.interrupted);
  return saved && !writer.failed ? code : withoutResult(code);
}

/** Of a search for the first release that differs, failures are what it looks for: it has found it, or not. */
function verdictOf(verdict: Verdict, { bisection, interrupted }: Matrix): Verdict {
  if (bisection === undefined || interrupted !== undefined || verdict === 'unclean') return verdict;
  return bisection.first === null ? 'inconclusive' : 'pass';
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

export function terminal(): { color: boolean; width: number } {
  const { isTTY, columns } = process.stdout;
  return { color: isTTY && process.env['NO_COLOR'] === undefined, width: isTTY ? columns : 120 };
}
