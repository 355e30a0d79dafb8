import type { Pair } from './pair.ts';
import { reducePair } from './reduce.ts';
import { hasFallen, SequentialTest, type Shown } from './reproduction.ts';

/** What carries out runs, and says when no more may begin. */
export interface Runner {
  /** Whether a pair can be carried out at all; asked before each of its runs would be the first. */
  isValid: (pair: Pair) => boolean;
  /** Whether one run of it shows the failure; undefined where it was interrupted, and says nothing. */
  run: (pair: Pair) => Promise<boolean | undefined>;
  /** Why no run may begin, when this many are to be left for later; null while one may. */
  whyOver: (spared: number) => string | null;
}

export interface ReductionOptions {
  runner: Runner;
  /** How often the whole pair, and the reduced one, are run to see how often they show the failure. */
  repeat: number;
  /** Called before each kind of reduction is tried. */
  step?: (what: string) => void;
  /** Called once the whole pair has shown the failure. */
  begun?: (before: Shown) => void;
}

export interface ReducedPair {
  before: Shown;
  /** The smallest pair and how often it showed the failure; null where the whole one did not show it again. */
  smallest: { pair: Pair; after: Shown } | null;
  /** Why it was not reduced further; null: nothing smaller shows it as often. */
  over: string | null;
}

/**
 * Reduces a pair of which each run may show the failure, or not. How often the whole pair does is measured first, a step
 * is kept as long as the failure does not show significantly less often, and what comes out is measured anew. If that
 * shows it significantly less often than the whole pair, or never, the last steps are taken back.
 */
export async function reduceByRuns(whole: Pair, options: ReductionOptions): Promise<ReducedPair> {
  const { runner, repeat, step, begun } = options;
  const before = await measured(whole, repeat, runner);
  if (before.shown === 0) return { before, smallest: null, over: runner.whyOver(0) };
  begun?.(before);
  const kept = [{ pair: whole, shown: before }];
  const shows = async (pair: Pair): Promise<boolean> => {
    const shown = await showsAsOften(pair, before, runner, repeat);
    if (shown !== undefined) kept.push({ pair, shown });
    return shown !== undefined;
  };
  const isOver = (): boolean => runner.whyOver(repeat) !== null;
  await reducePair(whole, { shows, isOver, ...(step === undefined ? {} : { step }) });
  const over = runner.whyOver(repeat);
  return { before, smallest: await asOftenAsBefore(kept, before, options), over };
}

/** How often the last of the steps that are not to be taken back shows the failure. */
async function asOftenAsBefore(
  kept: readonly { pair: Pair; shown: Shown }[],
  before: Shown,
  { runner, repeat }: ReductionOptions,
): Promise<{ pair: Pair; after: Shown }> {
  // One step is taken back at first, then two, four, …: runs are few.
  for (let back = 1; back < kept.length; back *= 2) {
    const { pair, shown } = kept[kept.length - back] as { pair: Pair; shown: Shown };
    const after = await measured(pair, repeat, runner);
    // Without another run, those that kept the step must do.
    if (after.of === 0) return { pair, after: shown };
    if (after.shown > 0 && !hasFallen(before, after)) return { pair, after };
  }
  const [whole] = kept;
  return { pair: (whole as { pair: Pair }).pair, after: before };
}

async function measured(pair: Pair, times: number, runner: Runner): Promise<Shown> {
  const counted = { shown: 0, of: 0 };
  while (counted.of < times && runner.whyOver(0) === null) {
    const shown = await runner.run(pair);
    if (shown === undefined) break;
    if (shown) counted.shown += 1;
    counted.of += 1;
  }
  return counted;
}

/** @returns what its runs showed; undefined where it does not show the failure as often, or that could not be found out */
async function showsAsOften(
  pair: Pair,
  whole: Shown,
  runner: Runner,
  spared: number,
): Promise<Shown | undefined> {
  if (runner.whyOver(spared) !== null || !runner.isValid(pair)) return undefined;
  const test = new SequentialTest(whole);
  const counted = { shown: 0, of: 0 };
  while (runner.whyOver(spared) === null) {
    const shown = await runner.run(pair);
    if (shown === undefined) return undefined;
    if (shown) counted.shown += 1;
    counted.of += 1;
    const kept = test.add(shown);
    if (kept !== undefined) return kept ? counted : undefined;
  }
  return undefined;
}
