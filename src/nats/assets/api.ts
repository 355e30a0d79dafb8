import { until } from '../../support/deadline.ts';
import { ChaosError, messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';

const REQUEST_MS = 5_000;

/** A refusal, in the server's own words. */
export class ApiRefusal extends ChaosError {
  /** The server's `err_code`. */
  readonly apiCode: number | undefined;
  /** As in HTTP: 400 for a bad request, 503 for a server that cannot serve it now. */
  readonly status: number | undefined;

  constructor(subject: string, { description = 'refused', err_code: code, code: status }: ApiError) {
    super('failed', `${subject}: ${description}${code === undefined ? '' : ` (${code})`}`);
    this.apiCode = code;
    this.status = status;
  }
}

interface ApiError {
  code?: number;
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
 * Asks the JetStream API to change something. No answer is not a refusal: the caller checks whether it was done.
 *
 * @throws ApiRefusal when the server refuses
 */
export async function orderApi(
  connection: Connection,
  subject: string,
  request: object = {},
  timeoutMs: Milliseconds = REQUEST_MS,
): Promise<void> {
  try {
    await askApi(connection, subject, request, Math.min(timeoutMs, REQUEST_MS));
  } catch (error) {
    if (error instanceof ApiRefusal) throw error;
  }
}

/** A stream or consumer is made by the meta leader, which may have stepped down, for instance on a full server. */
const DONE_MS = 30_000;

/**
 * Asks the JetStream API again and again until it does what it is asked.
 *
 * @param options `what` is named in the error; `isDone`: a refusal that says that there is nothing left to do
 * @throws ChaosError `timeout` with the last refusal, or `aborted`
 */
export async function askUntilDone(
  connection: Connection,
  subject: string,
  request: object = {},
  options: { what?: string; signal?: AbortSignal; isDone?: (refusal: ApiRefusal) => boolean } = {},
): Promise<void> {
  const { what = subject, signal, isDone = () => false } = options;
  const attempt = async (): Promise<true> => {
    try {
      await askApi(connection, subject, request);
    } catch (error) {
      if (!(error instanceof ApiRefusal && isDone(error))) throw error;
    }
    return true;
  };
  await until(attempt, { timeoutMs: DONE_MS, everyMs: 100, signal, what });
}

/**
 * `err_code` while an earlier change of a stream is not finished: a move (10124), or any change (10226, from 2.15); and while
 * nobody can say who leads, as just after a node was paused (10008).
 */
const BUSY: readonly (number | undefined)[] = [10124, 10226, 10008];
const FREE_MS = 90_000;

/** Asks for a change of a stream, again while the server has not finished the change before it. */
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
