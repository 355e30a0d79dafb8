import type { Pair } from './pair.ts';
import { reducePair } from './reduce.ts';
import { isAsOften, SequentialTest, type Shown } from './reproduction.ts';

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
  /** Whether a pair can show the failure at all, as far as its text says; left out: each can. */
  canShow?: (pair: Pair) => boolean;
  /** The failure is that something did not come in time. */
  isOfTime?: boolean;
  /** Called before each kind of reduction is tried. */
  step?: (what: string) => void;
  /** Called once the whole pair has shown the failure. */
  begun?: (before: Shown) => void;
}

export interface ReducedPair {
  before: Shown;
  /** The smallest pair and how often it showed the failure; null where the whole one did not show it again. */
  smallest: { pair: Pair; after: Shown } | null;
  /** What is smaller still, and showed it less often in the end; null: nothing had to be taken back. */
  takenBack: TakenBack | null;
  /** Why it was not reduced further; null: nothing smaller shows it as often. */
  over: string | null;
}

export interface TakenBack {
  /** How many of the last steps. */
  steps: number;
  /** What had come out. */
  pair: Pair;
  /** How often that showed the failure. */
  after: Shown;
}

/** A pair that a step was kept with, and what its runs showed then. */
interface Kept {
  pair: Pair;
  shown: Shown;
}

/**
 * Reduces a pair of which each run may show the failure, or not. How often the whole pair does is measured first, a step
 * is kept as long as the failure does not show significantly less often, and what comes out is measured anew. If that
 * shows it significantly less often than the whole pair, or never, the last steps are taken back: as few as it takes.
 */
export async function reduceByRuns(whole: Pair, options: ReductionOptions): Promise<ReducedPair> {
  const { runner, repeat, step, begun, canShow, isOfTime = false } = options;
  const before = await measured(whole, runner, ({ of }) => of < repeat);
  if (before.shown === 0) return { before, smallest: null, takenBack: null, over: runner.whyOver(0) };
  begun?.(before);
  const kept: Kept[] = [{ pair: whole, shown: before }];
  // What comes out is measured, and something larger too where it shows the failure less often.
  const spared = 2 * repeat;
  const shows = async (pair: Pair): Promise<boolean> => {
    const shown = await showsAsOften(pair, before, runner, spared);
    if (shown !== undefined) kept.push({ pair, shown });
    return shown !== undefined;
  };
  await reducePair(whole, {
    shows,
    isOfTime,
    isOver: () => runner.whyOver(spared) !== null,
    ...(step === undefined ? {} : { step }),
    ...(canShow === undefined ? {} : { canShow }),
  });
  const over = runner.whyOver(spared);
  return { before, over, ...(await asOftenAsBefore(kept, before, options)) };
}

/** The last step that shows the failure as often as the whole pair: one is taken back at first, then two, four, … */
async function asOftenAsBefore(
  kept: readonly Kept[],
  before: Shown,
  { runner, repeat }: ReductionOptions,
): Promise<Pick<ReducedPair, 'smallest' | 'takenBack'>> {
  const last = kept.length - 1;
  const pairOf = (index: number): Pair => (kept[index] as Kept).pair;
  // Step `found` shows it as often, and `refuted` does not; what lies between them is not known.
  let [found, refuted, after] = [0, kept.length, before];
  let afterAll: Shown | undefined;
  for (let back = 1; refuted - found > 1; back *= 2) {
    const index = found === 0 ? Math.max(1, kept.length - back) : Math.floor((found + refuted) / 2);
    const now = await measured(
      pairOf(index),
      runner,
      (counted) => isAsOften(before, counted, repeat) === undefined,
    );
    if (index === last) afterAll = now;
    if (now.of === 0) {
      // Without another run, those that kept the step must do.
      if (found === 0) [found, after] = [index, (kept[index] as Kept).shown];
      break;
    }
    if (now.shown > 0 && isAsOften(before, now, repeat) !== false) [found, after] = [index, now];
    else refuted = index;
  }
  const takenBack =
    found === last || afterAll === undefined
      ? null
      : { steps: last - found, pair: pairOf(last), after: afterAll };
  return { smallest: { pair: pairOf(found), after }, takenBack };
}

/** Runs a pair as long as that is asked for and may be. */
async function measured(pair: Pair, runner: Runner, more: (counted: Shown) => boolean): Promise<Shown> {
  const counted = { shown: 0, of: 0 };
  while (more(counted) && runner.whyOver(0) === null) {
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
