export interface RetryOptions {
  /** How long all attempts may take together. */
  deadlineMs: number;
  /** How long one attempt may take. */
  attemptMs: number;
  /** The most attempts. */
  attempts: number;
  /** The pause after the first attempt; it doubles up to `longestPauseMs`, with jitter. */
  pauseMs: number;
  longestPauseMs: number;
  /** From 0 to 1, for the jitter. */
  random: () => number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** The time is over, or the attempts are used up; `cause` is what the last one failed with. */
export class OutOfTime extends Error {
  constructor(attempts: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`no success in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; the last one: ${why}`, {
      cause,
    });
  }
}

/**
 * Calls `attempt` with the milliseconds that it may take, until it succeeds.
 *
 * @throws OutOfTime when there is no time or no attempt left
 */
export async function withRetries<T>(
  options: RetryOptions,
  attempt: (timeLeftMs: number, number: number) => Promise<T>,
): Promise<T> {
  const { deadlineMs, attemptMs, attempts, now, sleep } = options;
  const endsAt = now() + deadlineMs;
  for (let number = 1; ; number++) {
    try {
      return await attempt(Math.max(1, Math.min(attemptMs, endsAt - now())), number);
    } catch (error) {
      const pause = pauseAfter(number, options);
      if (number >= attempts || now() + pause >= endsAt) throw new OutOfTime(number, error);
      await sleep(pause);
    }
  }
}

/** Between half of the pause and all of it, so that clients that failed together do not come back together. */
export function pauseAfter(
  number: number,
  { pauseMs, longestPauseMs, random }: Pick<RetryOptions, 'pauseMs' | 'longestPauseMs' | 'random'>,
): number {
  const pause = Math.min(longestPauseMs, pauseMs * 2 ** (number - 1));
  return (pause * (1 + random())) / 2;
}
