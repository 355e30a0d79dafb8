import { until } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';

export interface Observation<T> {
  observe: () => Promise<T>;
  /** Whether the action has had its effect. */
  holds: (now: T) => boolean;
  /** The observation in words, with the effect or without it. */
  describe: (now: T) => string;
  /** How many looks in a row must show it; left out: one. */
  looks?: number;
  timeoutMs: Milliseconds;
  /** How much of that is used already; left out: nothing. */
  usedMs?: Milliseconds;
  signal: AbortSignal;
}

/**
 * Observes again and again until an action has had its effect.
 *
 * @returns the sentence that proves it
 * @throws ChaosError `failed` with the last observation when it had no effect in time, or `aborted`
 */
export async function observeUntil<T>({
  observe,
  holds,
  describe,
  looks = 1,
  timeoutMs,
  usedMs = 0,
  signal,
}: Observation<T>): Promise<string> {
  let last = 'nothing could be observed';
  let held = 0;
  try {
    return await until(
      async () => {
        const now = await observe();
        last = describe(now);
        held = holds(now) ? held + 1 : 0;
        return held >= looks ? last : null;
      },
      { timeoutMs: timeoutMs - usedMs, everyMs: 50, signal, what: 'an effect' },
    );
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    const why =
      error instanceof ChaosError && error.cause !== undefined ? ` (${messageOf(error.cause)})` : '';
    throw new ChaosError('failed', `no effect within ${timeoutMs} ms: ${last}${why}`, { cause: error });
  }
}
