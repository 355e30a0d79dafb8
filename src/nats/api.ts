import { until } from '../support/deadline.ts';
import { ChaosError, messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';

const REQUEST_MS = 5_000;

/** A refusal, in the server's own words. */
export class ApiRefusal extends ChaosError {
  /** The server's `err_code`. */
  readonly apiCode: number | undefined;

  constructor(subject: string, { description = 'refused', err_code: code }: ApiError) {
    super('failed', `${subject}: ${description}${code === undefined ? '' : ` (${code})`}`);
    this.apiCode = code;
  }
}

interface ApiError {
  err_code?: number;
  description?: string;
}

/**
 * Asks the JetStream API: `STREAM.PURGE.orders`.
 *
 * @throws ApiRefusal when the server refuses, or ChaosError `failed` when nobody answers in time
 */
export async function askApi<T extends object>(
  connection: Connection,
  subject: string,
  request: object = {},
  timeoutMs: Milliseconds = REQUEST_MS,
): Promise<T> {
  let answer: T & { error?: ApiError };
  try {
    const message = await connection.request(`$JS.API.${subject}`, JSON.stringify(request), {
      timeout: timeoutMs,
    });
    answer = message.json<T & { error?: ApiError }>();
  } catch (error) {
    throw new ChaosError('failed', `${subject}: ${messageOf(error)}`, { cause: error });
  }
  if (answer.error) throw new ApiRefusal(subject, answer.error);
  return answer;
}

/**
 * Asks the JetStream API to change something. No answer is not a refusal: whoever orders looks whether it was done.
 *
 * @throws ApiRefusal when the server refuses
 */
export async function orderApi(connection: Connection, subject: string, request: object = {}): Promise<void> {
  try {
    await askApi(connection, subject, request);
  } catch (error) {
    if (error instanceof ApiRefusal) throw error;
  }
}

/** What a server says while it has not finished the change of a stream before: a move (10124), or any (10226, from 2.15). */
const BUSY: readonly (number | undefined)[] = [10124, 10226];
const FREE_MS = 90_000;

/** The same for a change of a stream; asked again while the server has not finished the one before. */
export async function orderWhenFree(
  connection: Connection,
  subject: string,
  request: object = {},
): Promise<void> {
  await until(() => orderApi(connection, subject, request).then(() => true), {
    timeoutMs: FREE_MS,
    everyMs: 100,
    what: subject,
    fatal: (error) => !(error instanceof ApiRefusal && BUSY.includes(error.apiCode)),
  });
}
