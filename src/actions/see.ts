import { until } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';

export interface Sight<T> {
  look: () => Promise<T>;
  /** Whether the action has had its effect. */
  holds: (now: T) => boolean;
  /** What is seen, in words; with the effect, and without it. */
  describe: (now: T) => string;
  timeoutMs: Milliseconds;
  signal: AbortSignal;
}

/**
 * Looks again and again until an action has had its effect.
 *
 * @returns the sentence that proves it
 * @throws ChaosError `failed` with what was seen last when it had none in time, or `aborted`
 */
export async function see<T>({ look, holds, describe, timeoutMs, signal }: Sight<T>): Promise<string> {
  let last = 'nothing could be seen';
  try {
    return await until(
      async () => {
        const now = await look();
        last = describe(now);
        return holds(now) ? last : null;
      },
      { timeoutMs, everyMs: 50, signal, what: 'an effect' },
    );
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'aborted') throw error;
    const why =
      error instanceof ChaosError && error.cause !== undefined ? ` (${messageOf(error.cause)})` : '';
    throw new ChaosError('failed', `no effect within ${timeoutMs} ms: ${last}${why}`, { cause: error });
  }
}
