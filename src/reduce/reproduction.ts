/** How many of so many runs showed a failure. */
export interface Shown {
  shown: number;
  of: number;
}

/** Of a step that is no fall of the rate: how often it may be refused by mistake. */
const REFUSED_BY_MISTAKE = 0.1;
/** Of a step that lowers the rate to a third: how often it may be kept by mistake. Every later step is a test of it again. */
const KEPT_BY_MISTAKE = 0.3;
const FALL = 3;
/** A failure that showed every time is still taken for one that may not, or one miss would refute it for ever. */
const SUREST = 0.95;
/** More are not worth it: a failure as rare as that is reduced with a larger `--repeat`, if at all. */
const MOST_RUNS = 12;

/**
 * Whether a smaller experiment shows a failure as often as the whole one did, run by run: a sequential probability ratio
 * test (Wald, "Sequential Tests of Statistical Hypotheses", 1945) of the same rate against a third of it. It needs the
 * fewest runs of all tests with the same errors: of a failure that shows every time one run decides, whatever it is.
 */
export class SequentialTest {
  readonly #hit: number;
  readonly #miss: number;
  #evidence = 0;
  #runs = 0;

  /** @param whole what the whole experiment showed, in at least one run */
  constructor(whole: Shown) {
    const same = Math.min(SUREST, whole.shown / whole.of);
    const fallen = same / FALL;
    this.#hit = Math.log(fallen / same);
    this.#miss = Math.log((1 - fallen) / (1 - same));
  }

  /**
   * Adds a run.
   *
   * @returns whether the step is kept; undefined while another run is needed
   */
  add(shown: boolean): boolean | undefined {
    this.#runs += 1;
    this.#evidence += shown ? this.#hit : this.#miss;
    if (this.#evidence <= Math.log(KEPT_BY_MISTAKE / (1 - REFUSED_BY_MISTAKE))) return true;
    if (this.#evidence >= Math.log((1 - KEPT_BY_MISTAKE) / REFUSED_BY_MISTAKE)) return false;
    return this.#runs >= MOST_RUNS ? this.#evidence < 0 : undefined;
  }
}

/** Of a reduced experiment in the end: how often it is called rarer by mistake, and as frequent although it fails a third as often. */
const MISTAKEN = 0.05;

/**
 * Whether a reduced experiment shows a failure as often as the whole one, by all runs that measured each: the same sequential
 * test with smaller errors, and Fisher's exact test, which sees smaller falls in many runs.
 *
 * @param before shown in at least one run
 * @param least how often it is run at least
 * @returns undefined while another run is needed
 */
export function isAsOften(before: Shown, after: Shown, least: number): boolean | undefined {
  if (after.of < least) return undefined;
  if (after.shown === after.of) return true;
  // Three of three are not a certainty: the rule of succession.
  const same = (before.shown + 1) / (before.of + 2);
  const fallen = same / FALL;
  const misses = after.of - after.shown;
  const evidence = after.shown * Math.log(fallen / same) + misses * Math.log((1 - fallen) / (1 - same));
  const enough = Math.log((1 - MISTAKEN) / MISTAKEN);
  if (evidence >= enough || hasFallen(before, after)) return false;
  if (evidence <= -enough) return true;
  return after.of < MOST_RUNS ? undefined : after.shown > 0 && evidence < 0;
}

const SIGNIFICANT = 0.05;

/** Whether a rate is significantly lower after than before. */
export function hasFallen(before: Shown, after: Shown): boolean {
  return after.of > 0 && before.of > 0 && fisherExact(before, after) < SIGNIFICANT;
}

/**
 * Fisher's exact test, one-sided: the probability that so few of the runs that showed it are among those after, or fewer,
 * if the rate is the same ("The Design of Experiments", 1935).
 */
export function fisherExact(before: Shown, after: Shown): number {
  const shown = before.shown + after.shown;
  const all = before.of + after.of;
  const least = Math.max(0, shown - before.of);
  let sum = 0;
  for (let k = least; k <= after.shown; k += 1)
    sum += Math.exp(logChoose(after.of, k) + logChoose(before.of, shown - k) - logChoose(all, shown));
  return Math.min(1, sum);
}

/** The logarithm of n over k. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
