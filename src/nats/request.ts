import { errors } from '@nats-io/transport-node';
import { messageOf } from '../support/errors.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Connection } from './connect.ts';
import { serviceErrorIn } from './service-error.ts';

/** What became of one request; `mine`: the answer is the request itself. */
export type Answer =
  | { outcome: 'ok'; mine: boolean }
  | { outcome: 'failed'; reason: 'no-responders' | 'error'; error: string }
  | { outcome: 'unknown'; error: string };

/** Sends a request by core NATS, once. Never throws. */
export async function requestEcho(
  conn: Connection,
  subject: string,
  body: Uint8Array,
  timeout: Milliseconds,
): Promise<Answer> {
  try {
    const { data, headers } = await conn.request(subject, body, { timeout });
    const error = serviceErrorIn(headers);
    if (error !== undefined) return { outcome: 'failed', reason: 'error', error };
    return { outcome: 'ok', mine: Buffer.compare(data, body) === 0 };
  } catch (thrown) {
    if (thrown instanceof errors.RequestError && thrown.isNoResponders())
      return { outcome: 'failed', reason: 'no-responders', error: 'there was nobody to answer' };
    return { outcome: 'unknown', error: messageOf(thrown) };
  }
}
