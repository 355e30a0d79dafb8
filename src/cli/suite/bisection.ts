import { publishedVersions, resolveBinary, type BinaryContext } from '../../drivers/binaries/index.ts';
import { bisect, lookAt, releasesIn, type Bisection, type Look } from '../../matrix/bisect.ts';
import { lastLookText } from '../../matrix/bisect-words.ts';
import { slotsOf, type Matrix, type MatrixRun } from '../../matrix/matrix.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { compareVersions } from '../../support/versions.ts';
import { complain } from '../output.ts';
import { carryOut, type CarryOutOptions } from './carry-out.ts';
import { fetchesReleases } from './plan-matrix.ts';

/**
 * The releases of a range, from where releases are published.
 *
 * @throws ChaosError `usage` for a range that is none, or has fewer than two releases
 */
export async function releasesOf(range: string, binaries: BinaryContext): Promise<string[]> {
  const published = await publishedVersions(binaries);
  try {
    return releasesIn(range, published);
  } catch (thrown) {
    throw new ChaosError('usage', `--bisect ${range} ${messageOf(thrown)}`);
  }
}

export interface BisectionOptions extends CarryOutOptions {
  /** Called with what was seen on a release, in words. */
  readonly noted: (line: string) => void;
}

/**
 * Looks at one release of the range after the other, until it is known which is the first that differs. The matrix grows by
 * a column for each; runs that have a verdict, of an earlier sitting, are not carried out again.
 */
export async function carryOutBisection(
  folder: string,
  matrix: Matrix,
  bisection: Bisection,
  options: BisectionOptions,
): Promise<void> {
  const how = { ...options, budgetFromMs: systemClock.monotonicMs() };
  const look = async (version: string): Promise<Look | null> => {
    addColumn(matrix, version);
    if (missingOn(matrix, version).length > 0) {
      await obtained(matrix, version, options);
      await carryOut(folder, matrix, how);
    }
    return lookAtColumn(matrix, version);
  };
  matrix.bisection = await bisect(bisection, look, (state) => {
    matrix.bisection = state;
    options.noted(lastLookText(state));
  });
}

function addColumn(matrix: Matrix, version: string): void {
  if (matrix.columns.some(({ name }) => name === version)) return;
  const column = { name: version, asked: [version], nats: version };
  matrix.columns = [...matrix.columns, column].sort((a, b) => compareVersions(a.name, b.name));
  matrix.asked.nats = matrix.columns.map(({ name }) => name);
  matrix.runs.push(...slotsOf(matrix.experiments, [column], matrix.asked.repeat, matrix.seed));
}

/** Fetches or builds a release before its runs begin; where that is impossible, none of them begins, and the search goes on. */
async function obtained(
  matrix: Matrix,
  version: string,
  { signal, carrier }: CarryOutOptions,
): Promise<void> {
  if (carrier.elsewhere || !fetchesReleases(matrix.asked)) return;
  const startedAt = systemClock.now().toISOString();
  const beganMs = systemClock.monotonicMs();
  try {
    await resolveBinary({ tool: 'nats-server', wanted: version }, { progress: complain, signal });
  } catch (thrown) {
    if (signal.aborted) return;
    const durationMs = Math.round(systemClock.monotonicMs() - beganMs);
    for (const run of missingOn(matrix, version))
      run.result = { verdict: 'error', headline: messageOf(thrown), startedAt, durationMs };
  }
}

/** Null while one of its runs is missing. */
function lookAtColumn(matrix: Matrix, version: string): Look | null {
  const results = runsOn(matrix, version).map(({ result }) => result);
  if (results.includes(undefined)) return null;
  return lookAt(results.flatMap((result) => result?.seen ?? result?.verdict ?? []));
}

function missingOn(matrix: Matrix, version: string): MatrixRun[] {
  return runsOn(matrix, version).filter(({ result }) => result === undefined);
}

function runsOn({ runs }: Matrix, version: string): MatrixRun[] {
  return runs.filter(({ column }) => column === version);
}
