import { ChaosError, messageOf } from '../support/errors.ts';
import type { Connection } from './connect.ts';

const REQUEST_MS = 5_000;

/** What the JetStream API answers, as far as every answer has it. */
interface ApiAnswer {
  error?: { err_code?: number; description?: string };
}

/**
 * Asks the JetStream API: `STREAM.PURGE.orders`.
 *
 * @throws ChaosError `failed` with the server's own words when it refuses, or when nobody answers in five seconds
 */
export async function askApi(connection: Connection, subject: string, request: object = {}): Promise<void> {
  let answer: ApiAnswer;
  try {
    const message = await connection.request(`$JS.API.${subject}`, JSON.stringify(request), {
      timeout: REQUEST_MS,
    });
    answer = message.json<ApiAnswer>();
  } catch (error) {
    throw new ChaosError('failed', `${subject}: ${messageOf(error)}`, { cause: error });
  }
  if (!answer.error) return;
  const { description = 'refused', err_code: code } = answer.error;
  throw new ChaosError('failed', `${subject}: ${description}${code === undefined ? '' : ` (${code})`}`);
}
