import { basename, join, relative, resolve } from 'node:path';
import type { SearchRun } from '../../explore/saved.ts';
import type { Search } from '../../explore/search.ts';
import type { Signature } from '../../reduce/signature.ts';
import type { SavedRun } from '../../report/schema.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Carrier } from '../suite/carrier.ts';
import { reduceRun } from '../reduce/reduce-run.ts';
import { FINDINGS } from './search-folder.ts';

export interface ReduceFindingOptions {
  /** Of the search. */
  folder: string;
  /** Milliseconds of the search's budget that are left; Infinity where it has none. */
  leftMs: number;
  runTimeoutMs: number;
  carrier: Carrier;
  signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Of the time that is left, so much at most goes into one finding. */
const SHARE = 1 / 4;
const MOST_MS = 15 * 60_000;
const MOST_RUNS = 40;

/** Reduces a finding of a search to the smallest experiment that shows it, and writes what came of it into the search. */
export async function reduceFinding(
  search: Search,
  finding: Signature,
  run: SearchRun,
  saved: SavedRun,
  { folder, leftMs, runTimeoutMs, carrier, signal, say }: ReduceFindingOptions,
): Promise<void> {
  const entry = search.findings.find(({ id }) => id === finding.id);
  if (entry === undefined) return;
  try {
    const result = await reduceRun({
      ...{ saved, signature: finding, runTimeoutMs, carrier, signal, say },
      name: `run ${run.number}`,
      folder: join(folder, FINDINGS),
      maxRuns: MOST_RUNS,
      budgetMs: Math.min(MOST_MS, leftMs * SHARE),
    });
    const { before, after, runs, over, experiment } = result;
    // It is reduced when the search goes on.
    if (signal.aborted && experiment === null) return;
    if (experiment === null || after === null || result.folder === null) {
      entry.notReduced =
        over === null || before.of > 0
          ? `it did not show again in ${before.of} runs of the whole experiment${onUsed(run)}`
          : over;
      return;
    }
    const within = (path: string): string => relative(folder, resolve(path));
    entry.reduced = {
      folder: within(result.folder),
      experiment: within(experiment),
      before,
      after,
      runs,
      over,
    };
    delete entry.notReduced;
  } catch (thrown) {
    if (!(thrown instanceof ChaosError) || thrown.code === 'aborted') throw thrown;
    entry.notReduced = `${basename(run.file)}: ${thrown.message}`;
  }
}

/** What an earlier run has left in servers may have had its part in what does not show again. */
function onUsed({ reused }: SearchRun): string {
  return reused === undefined
    ? ''
    : `, on servers of their own; those of the run had served ${reused} before it`;
}
