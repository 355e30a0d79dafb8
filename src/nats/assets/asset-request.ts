import { errors } from '@nats-io/transport-node';
import { messageOf } from '../../support/errors.ts';
import type { Milliseconds } from '../../support/units.ts';
import type { Connection } from '../connect.ts';
import { CONSUMER_NOT_FOUND, STREAM_NOT_FOUND } from '../not-found.ts';

/**
 * What became of a request to the API, which is sent once. `failed`: it had no effect, as nobody got it, or as it was
 * refused for a reason that the servers name; after any other error or none it may have had one.
 */
export type AssetAnswer =
  { outcome: 'ok'; names: string[] } | { outcome: 'failed' | 'unknown'; error: string; refused?: Refusal };

type Refusal = 'exists' | 'missing' | 'limit';

/** `err_code` of refusals because of what is there, or is not, or may not be. */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map([
  [10058, 'exists'],
  [10013, 'exists'],
  [10148, 'exists'],
  [STREAM_NOT_FOUND, 'missing'],
  [CONSUMER_NOT_FOUND, 'missing'],
  [10149, 'missing'],
  [10026, 'limit'],
  [10027, 'limit'],
]);

interface ApiAnswer {
  streams?: string[] | null;
  consumers?: string[] | null;
  total?: number;
  error?: { code?: number; err_code?: number; description?: string };
}

/** Asks the JetStream API once: `STREAM.CREATE.orders`. Never throws. */
export async function requestAsset(
  connection: Connection,
  subject: string,
  request: object,
  timeoutMs: Milliseconds,
): Promise<AssetAnswer> {
  try {
    const message = await connection.request(`$JS.API.${subject}`, JSON.stringify(request), {
      timeout: timeoutMs,
    });
    const { streams, consumers, error } = message.json<ApiAnswer>();
    if (error === undefined) return { outcome: 'ok', names: streams ?? consumers ?? [] };
    const { description = 'refused', err_code: code = 0 } = error;
    const refused = REFUSALS.get(code);
    const text = `${description} (${code})`;
    return refused === undefined
      ? { outcome: 'unknown', error: text }
      : { outcome: 'failed', error: text, refused };
  } catch (thrown) {
    if (thrown instanceof errors.RequestError && thrown.isNoResponders())
      return { outcome: 'failed', error: 'nobody answers for the JetStream API' };
    return { outcome: 'unknown', error: messageOf(thrown) };
  }
}
