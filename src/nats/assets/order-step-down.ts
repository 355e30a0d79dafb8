import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { ApiRefusal, orderApi } from './api.ts';

const BAD_REQUEST = 10003;

/**
 * Has the leader of a stream, a consumer or the meta group step down.
 *
 * @param subject of the API, without its prefix
 * @param options `preferred`: who should lead then; before 2.11 a server cannot be asked for one, and chooses.
 *   `timeoutMs`: how long each request waits for an answer at most
 * @throws ApiRefusal
 */
export async function orderStepDown(
  connection: Connection,
  subject: string,
  { preferred, timeoutMs }: { preferred?: string | undefined; timeoutMs?: Milliseconds } = {},
): Promise<void> {
  if (preferred === undefined) return orderApi(connection, subject, {}, timeoutMs);
  try {
    await orderApi(connection, subject, { placement: { preferred } }, timeoutMs);
  } catch (error) {
    // Before 2.11 a server refuses the whole request when it names the next leader of a stream or consumer.
    if (!(error instanceof ApiRefusal) || error.apiCode !== BAD_REQUEST) throw error;
    await orderApi(connection, subject, {}, timeoutMs);
  }
}
