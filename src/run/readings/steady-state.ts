import type { ExpectationResult } from '../../history/record.ts';
import type { ExpectationPlan } from '../../plan/plan.ts';
import { sleep } from '../../support/deadline.ts';
import type { Milliseconds } from '../../support/units.ts';
import { conditionText, holdsNow } from './expectation.ts';
import { whyGone } from './gone.ts';
import type { Sampler } from './sampler.ts';

/** How long all conditions must have held together before the state is called steady. */
const HOLD_MS = 500;
const DEFAULT_WITHIN_MS = 10_000;
const POLL_MS = 25;

export interface SteadyOutcome {
  steady: boolean;
  /** The first moment from which everything held; only when steady. */
  since?: Milliseconds;
  results: ExpectationResult[];
  /** Why the waiting ended before the time was up. */
  gaveUp?: string;
}

export interface SteadyWait {
  expectations: readonly ExpectationPlan[];
  sampler: Sampler;
  now(): Milliseconds;
  signal: AbortSignal;
  /** Left out: the longest `within` of the conditions. */
  withinMs?: Milliseconds | undefined;
  /** An upper limit, whatever the conditions allow. */
  limitMs?: Milliseconds;
  /** How much of the time that the conditions allow has passed already. */
  spentMs?: Milliseconds;
  /** From when on it has been seen to hold without a break until now; left out: that has yet to be seen. */
  heldSince?: Milliseconds | undefined;
  /** From when on a reading counts which says that something does not exist; left out, or later: from now on. */
  undisturbedSince?: Milliseconds;
  /** Why the readings of some probes cannot improve any more, in words; null while they may. */
  hopeless?: ((probes: readonly string[]) => string | null) | undefined;
}

/** Waits until every condition holds without a break, or the time is up. Only readings from now on count. */
export async function awaitSteady(wait: SteadyWait): Promise<SteadyOutcome> {
  const start = wait.now();
  const longest = Math.max(...wait.expectations.map((e) => e.condition.within ?? DEFAULT_WITHIN_MS), 0);
  const leftMs = Math.max(0, (wait.withinMs ?? longest) - (wait.spentMs ?? 0));
  const withinMs = Math.min(leftMs, wait.limitMs ?? Infinity);
  await wait.sampler.readNow();
  let since: Milliseconds | undefined;
  let { heldSince } = wait;
  for (;;) {
    const holding = wait.expectations.every((e) =>
      holdsNow(e.condition, wait.sampler.samples(e.probe), start),
    );
    const newest = newestReading(wait);
    if (!holding) since = heldSince = undefined;
    else since ??= heldSince ?? newest;
    if (since !== undefined && newest - since >= HOLD_MS)
      return { steady: true, since, results: describe(wait, start) };
    const gaveUp = holding ? null : hopelessOf(wait, start);
    if (gaveUp !== null) return { steady: false, results: describe(wait, start), gaveUp };
    if (wait.now() - start >= withinMs + HOLD_MS) return { steady: false, results: describe(wait, start) };
    // The next round of readings may be due just after the state has held for long enough.
    if (since !== undefined && wait.now() - since >= HOLD_MS) void wait.sampler.readAll();
    await sleep(POLL_MS, wait.signal);
  }
}

function hopelessOf(wait: SteadyWait, start: Milliseconds): string | null {
  const from = Math.min(start, wait.undisturbedSince ?? start);
  const unmet = wait.expectations.filter((e) => !holdsNow(e.condition, wait.sampler.samples(e.probe), start));
  const gone = unmet.flatMap((e) => whyGone(wait.sampler.samples(e.probe), from) ?? []);
  return gone[0] ?? wait.hopeless?.(unmet.map(({ probe }) => probe)) ?? null;
}

/** The moment up to which all probes concerned have been read. */
function newestReading(wait: SteadyWait): Milliseconds {
  return Math.min(...wait.expectations.map((e) => wait.sampler.samples(e.probe).at(-1)?.t ?? 0), wait.now());
}

function describe(wait: SteadyWait, start: Milliseconds): ExpectationResult[] {
  return wait.expectations.map((expectation) => {
    const samples = wait.sampler.samples(expectation.probe).filter((sample) => sample.t >= start);
    const read = samples.filter((sample) => sample.value !== undefined || sample.state !== undefined);
    const last = samples.at(-1);
    const base = {
      probe: expectation.probe,
      condition: conditionText(expectation.condition),
      readings: read.length,
      ...(last === undefined ? {} : { t: last.t }),
    };
    if (read.length === 0) {
      return {
        ...base,
        outcome: 'unread',
        statement: `it was never read: ${last?.error ?? 'no reading was due'}`,
      };
    }
    const holds = holdsNow(expectation.condition, samples, start);
    const value = last?.state ?? last?.value ?? last?.error ?? 'nothing';
    return { ...base, outcome: holds ? 'met' : 'violated', statement: `last reading: ${value}` };
  });
}
