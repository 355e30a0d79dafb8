import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pair } from '../../reduce/pair.ts';
import type { Runner } from '../../reduce/reduction.ts';
import { hasSignature, type Signature } from '../../reduce/signature.ts';
import { InvalidFileError } from '../../experiment/source/problem.ts';
import { LackingError } from '../../plan/build.ts';
import type { SavedRun } from '../../report/schema.ts';
import { systemClock } from '../../support/clock.ts';
import { ChaosError } from '../../support/errors.ts';
import { loadWithoutReadings } from '../report/saved-runs.ts';
import { planAll } from '../run/plan-all.ts';
import type { Carrier } from '../suite/carrier.ts';
import { writePair } from './pair-files.ts';

export interface TriesOptions {
  /** A folder of its own, which it may empty. */
  folder: string;
  /** The failure that is looked for. */
  signature: Pick<Signature, 'failure'>;
  seed: number;
  nats: string | undefined;
  driver: string;
  carrier: Carrier;
  /** The most runs in all. */
  maxRuns: number;
  /** From the first run on; after this no other begins. */
  budgetMs: number;
  runTimeoutMs: number;
  signal: AbortSignal;
  /** Called after each run: whether it showed the failure, and its verdict in words. */
  tried: (shown: boolean, verdict: string) => void;
}

/** Why no more runs were made, where a later sitting can make them. */
export const INTERRUPTED = 'it was interrupted';

/** Runs of pairs, counted and bounded. */
export class Tries implements Runner {
  readonly #options: TriesOptions;
  readonly #began = systemClock.monotonicMs();
  runs = 0;
  /** The newest run that showed the failure. */
  last: SavedRun | undefined;

  constructor(options: TriesOptions) {
    this.#options = options;
  }

  whyOver(spared: number): string | null {
    const { maxRuns, budgetMs, signal } = this.#options;
    if (signal.aborted) return INTERRUPTED;
    if (this.runs + spared >= maxRuns) return `all ${maxRuns} runs were used`;
    const elapsedMs = systemClock.monotonicMs() - this.#began;
    if (elapsedMs + timeFor(spared, this.runs, elapsedMs) >= budgetMs) return 'its time was up';
    return null;
  }

  isValid(pair: Pair): boolean {
    const { nats, driver, carrier, folder } = this.#options;
    try {
      planAll(
        [writePair(join(folder, 'files'), pair)],
        { driver, elsewhere: carrier.elsewhere, ...(nats === undefined ? {} : { nats }) },
        () => undefined,
      );
      return true;
    } catch (thrown) {
      if (thrown instanceof InvalidFileError || thrown instanceof LackingError) return false;
      throw thrown;
    }
  }

  async run(pair: Pair): Promise<boolean | undefined> {
    const { folder, seed, nats, driver, carrier, runTimeoutMs, signal, signature, tried } = this.#options;
    const runs = join(folder, 'runs');
    rmSync(runs, { recursive: true, force: true });
    const file = writePair(join(folder, 'files'), pair);
    this.runs += 1;
    const id = String(this.runs);
    const label = `try ${id} of a reduction`;
    const end = await carrier.carry(
      { id, label, file, nats, driver, seed, out: runs, timeoutMs: runTimeoutMs },
      { signal },
    );
    const { left } = end;
    await end.release?.();
    if (left.length > 0 || end.result?.verdict === 'unclean')
      throw new ChaosError(
        'failed',
        `a run has left something behind: chaos recover ${left.join(' ')}`.trim(),
      );
    const report = end.result?.folder;
    const saved = report === undefined ? undefined : loadWithoutReadings(report);
    const shown = saved !== undefined && hasSignature(saved, signature);
    if (shown) this.last = saved;
    else if (signal.aborted) return undefined;
    tried(
      shown,
      saved?.verdict ?? `${end.how}${end.complaints.length > 0 ? `: ${end.complaints.join(' ')}` : ''}`,
    );
    return shown;
  }
}

/** How long so many runs will take, if they are as long as those until now. */
export function timeFor(count: number, runs: number, elapsedMs: number): number {
  return runs === 0 ? 0 : (count * elapsedMs) / runs;
}
