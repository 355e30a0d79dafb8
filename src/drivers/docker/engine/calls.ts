import { ChaosError, messageOf } from '../../../support/errors.ts';

/** The HTTP status of an engine's refusal; 0 when it did not answer. */
export function statusOf(error: unknown): number {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 0;
}

/** The engine's own message, without the text that its client adds. */
export function reasonOf(error: unknown): string {
  const { json } = error as { json?: { message?: unknown } | null };
  if (typeof json?.message === 'string') return json.message;
  return messageOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .trim();
}

/**
 * The result of a call, or undefined when the engine answered with one of these: the requested state exists already
 * (304, 409), or the object does not exist (404).
 */
export async function tolerating<T>(statuses: readonly number[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statuses.includes(statusOf(error))) return undefined;
    throw error;
  }
}

/** The result of a call; an error names the purpose of the call. @throws ChaosError */
export async function engineCall<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw new ChaosError('failed', `${what}: ${reasonOf(error)}`, { cause: error });
  }
}
