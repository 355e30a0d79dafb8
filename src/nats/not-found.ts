/** The servers' `err_code` for a consumer that does not exist. */
export const CONSUMER_NOT_FOUND = 10_014;
/** The servers' `err_code` for a stream that does not exist. */
export const STREAM_NOT_FOUND = 10_059;

/** How long the servers must have said so, without a break, until it is gone: a new meta leader may not know its streams yet. */
export const GONE_MS = 15_000;

/** Whether the text of an error says the same. */
export function readsNotFound(text: string): boolean {
  return /\b(stream|consumer) not found$/.test(text);
}

const CODES: readonly unknown[] = [CONSUMER_NOT_FOUND, STREAM_NOT_FOUND];

/** Whether an error, or its cause, is the servers' answer that a stream or consumer does not exist. */
export function saysNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && CODES.includes(error.code)) || saysNotFound(error.cause);
}
