import { join } from 'node:path';
import { namedRun, usesReadings } from '../../compare/named-run.ts';
import type { NamedRun } from '../../compare/comparison.ts';
import { messageOf } from '../../support/errors.ts';
import { complain } from '../output.ts';
import { loadSavedRun } from '../report/saved-runs.ts';

/** The saved runs of some cells of a matrix, for a comparison. One that cannot be read is reported and left out. */
export function loadRuns(
  folder: string,
  runs: readonly { result?: { folder?: string | undefined } | undefined }[],
): NamedRun[] {
  return runs.flatMap(({ result }) => {
    if (result?.folder === undefined) return [];
    const path = join(folder, result.folder);
    try {
      return [
        namedRun(
          path,
          loadSavedRun(path, (kind) => usesReadings(kind, true)),
          true,
        ),
      ];
    } catch (thrown) {
      complain(messageOf(thrown));
      return [];
    }
  });
}
