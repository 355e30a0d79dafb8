import { ChaosError, messageOf } from '../../support/errors.ts';

/** What an engine said no with; 0 when it said nothing. */
export function statusOf(error: unknown): number {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 0;
}

/** What an engine said, without the words of its client around it. */
export function reasonOf(error: unknown): string {
  const { json } = error as { json?: { message?: unknown } | null };
  if (typeof json?.message === 'string') return json.message;
  return messageOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
}

/**
 * The result of a call, or undefined when the engine answered with one of these: what was asked for is so already
 * (304, 409), or is not there (404).
 */
export async function tolerating<T>(statuses: readonly number[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statuses.includes(statusOf(error))) return undefined;
    throw error;
  }
}

/** The result of a call; what fails is told with what it was for. @throws ChaosError */
export async function engineCall<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw new ChaosError('failed', `${what}: ${reasonOf(error)}`, { cause: error });
  }
}
