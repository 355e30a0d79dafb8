import { publishedVersions, type BinaryContext } from '../../drivers/binaries/index.ts';
import { bisect, releasesIn, seenIn, type Bisection } from '../../matrix/bisect.ts';
import { slotsOf, type Matrix } from '../../matrix/matrix.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import { compareVersions } from '../../support/versions.ts';
import { carryOut, type CarryOutOptions } from './carry-out.ts';

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

/**
 * Carries out a matrix of the first and the last release of a range, and then of one release after the other, until it is
 * known which is the first that differs. The matrix grows by a column for each.
 */
export async function carryOutBisection(
  folder: string,
  matrix: Matrix,
  { range, versions }: { range: string; versions: readonly string[] },
  options: CarryOutOptions,
): Promise<Bisection> {
  return bisect(
    range,
    versions,
    async (version) => {
      addColumn(matrix, version);
      await carryOut(folder, matrix, options);
      const runs = matrix.runs.filter(({ column }) => column === version);
      return seenIn(runs.flatMap(({ result }) => result?.seen ?? result?.verdict ?? []));
    },
    () => matrix.interrupted === undefined && matrix.stopped === undefined,
  );
}

function addColumn(matrix: Matrix, version: string): void {
  if (matrix.columns.some(({ name }) => name === version)) return;
  const column = { name: version, asked: [version], nats: version };
  matrix.columns = [...matrix.columns, column].sort((a, b) => compareVersions(a.name, b.name));
  matrix.asked.nats = matrix.columns.map(({ name }) => name);
  matrix.runs.push(...slotsOf(matrix.experiments, [column], matrix.asked.repeat, matrix.seed));
}
