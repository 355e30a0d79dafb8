import { setTimeout as delay } from 'node:timers/promises';
import { ChaosError, messageOf } from './errors.ts';
import { LONGEST_TIMER_MS } from './long-timer.ts';
import { formatDuration } from './units.ts';

export interface UntilOptions {
  /** How long to try, in milliseconds. */
  timeoutMs: number;
  /** Pause between two attempts, in milliseconds. */
  everyMs?: number;
  signal?: AbortSignal | undefined;
  /** What is waited for, in words, for the error message. */
  what: string;
  /** Errors after which waiting is pointless; thrown as they are. */
  fatal?: (error: unknown) => boolean;
}

/**
 * Calls `attempt` until it returns something other than `undefined`, `null` or `false`, and returns that.
 *
 * @throws ChaosError `timeout` with the last error, or `aborted` when the signal fires.
 */
export async function until<T>(
  attempt: () => Promise<T | undefined | null | false>,
  options: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  let lastError: unknown;
  for (;;) {
    throwIfAborted(options.signal);
    try {
      const result = await attempt();
      if (result !== undefined && result !== null && result !== false) return result;
      lastError = undefined;
    } catch (error) {
      if (error instanceof ChaosError && error.code === 'aborted') throw error;
      if (options.fatal?.(error) === true) throw error;
      lastError = error;
    }
    if (performance.now() >= deadline) {
      const reason = lastError === undefined ? '' : `: ${messageOf(lastError)}`;
      throw new ChaosError(
        'timeout',
        `${options.what}: not within ${formatDuration(options.timeoutMs)}${reason}`,
        {
          cause: lastError,
        },
      );
    }
    await sleep(options.everyMs ?? 25, options.signal);
  }
}

/** Waits for `ms` milliseconds, or less when the signal fires. @throws ChaosError `aborted` */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch {
    throwIfAborted(signal);
  }
}

/** Gives `promise` at most `timeoutMs` milliseconds. @throws ChaosError `timeout` */
export async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ChaosError('timeout', `${what}: no answer within ${formatDuration(timeoutMs)}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** A signal that fires after `ms` milliseconds, or after 24 days if that is sooner; it does not keep the process alive. */
export function signalAfter(ms: number): AbortSignal {
  return AbortSignal.timeout(Math.min(Math.max(0, Math.ceil(ms)), LONGEST_TIMER_MS));
}

/** @throws ChaosError `aborted` when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const { reason } = signal as { reason: unknown };
  const why = reason instanceof ChaosError ? reason.message : 'interrupted';
  throw new ChaosError('aborted', why, { cause: reason });
}
