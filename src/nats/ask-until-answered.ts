import { JetStreamApiError } from '@nats-io/jetstream';
import { ChaosError, messageOf } from '../support/errors.ts';
import { until } from '../support/deadline.ts';
import type { Milliseconds } from '../support/units.ts';

/**
 * Asks until there is an answer; that something does not exist is an answer too.
 *
 * @param deadline on the monotonic clock
 * @throws ChaosError `failed` when it does not exist, `timeout`, or `aborted`
 */
export async function askUntilAnswered<T>(
  ask: () => Promise<T>,
  what: string,
  deadline: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<T> {
  const result = await until(
    () =>
      ask().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof JetStreamApiError && error.status === 404) return { refused: error };
          throw error;
        },
      ),
    { timeoutMs: Math.max(0, deadline - performance.now()), everyMs: 100, signal, what },
  );
  if ('value' in result) return result.value;
  throw new ChaosError('failed', `${what}: ${messageOf(result.refused)}`, { cause: result.refused });
}
