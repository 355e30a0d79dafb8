import { throwIfAborted, until } from '../support/deadline.ts';
import { ChaosError } from '../support/errors.ts';
import type { Bytes } from '../support/units.ts';
import { ApiRefusal, askApi } from './api.ts';
import type { Connection } from './connect.ts';
import { getJson, type Jsz } from './monitor.ts';
import { nodeTag } from './placement.ts';

/** A stream of one replica that does nothing but take room. */
export interface Ballast {
  name: string;
  subject: string;
  /** Name of the server that it is on; left out: any. */
  node?: string;
}

/** What a server or an account has in file storage. */
export interface StorageReading {
  usedBytes: Bytes;
  limitBytes: Bytes;
  /** Names of the streams that it holds; of a server, whatever their account. */
  streams: string[];
}

/** A server refuses once it is over its limit; an account before, so that smaller messages fill what large ones leave free. */
const MESSAGE_BYTES = { server: [256 * 1024], account: [256 * 1024, 16 * 1024, 1024, 64, 1] };
const AT_ONCE = 16;
const ANSWER_MS = 5_000;
/** Making a stream takes a leader of the meta group, and that may have stepped down on a full server. */
const ORDER_MS = 30_000;
const NO_STREAM = 10059;

/** `/jsz` of one server. @throws ChaosError when it does not answer */
export async function readStorage(monitor: string): Promise<StorageReading> {
  const jsz = await getJson<Jsz & { storage: number; config: { max_storage: number } }>(
    monitor,
    '/jsz?accounts=1&streams=1&config=1',
  );
  return {
    usedBytes: jsz.storage,
    limitBytes: jsz.config.max_storage,
    streams: (jsz.account_details ?? []).flatMap((account) =>
      (account.stream_detail ?? []).map((stream) => stream.name),
    ),
  };
}

/** What an account stores in the cluster that is asked, and may; -1: without a limit. @throws ChaosError without an answer */
export async function readAccountStorage(connection: Connection): Promise<StorageReading> {
  const { storage, limits } = await askApi<{ storage: number; limits: { max_storage: number } }>(
    connection,
    'INFO',
  );
  const { streams } = await askApi<{ streams: string[] | null }>(connection, 'STREAM.NAMES');
  return { usedBytes: storage, limitBytes: limits.max_storage, streams: streams ?? [] };
}

/** Makes a ballast stream and fills it until more is refused. @throws ChaosError when `maxBytes` are stored and none refused */
export async function fill(
  connection: Connection,
  ballast: Ballast,
  { whose, maxBytes, signal }: { whose: 'server' | 'account'; maxBytes: Bytes; signal: AbortSignal },
): Promise<void> {
  await make(connection, ballast, signal);
  const mostBytes = connection.info?.max_payload ?? Infinity;
  let sent = 0;
  for (const messageBytes of MESSAGE_BYTES[whose]) {
    const payload = new Uint8Array(Math.min(messageBytes, mostBytes));
    let refused = false;
    while (!refused) {
      throwIfAborted(signal);
      if (sent >= maxBytes) {
        throw new ChaosError('failed', `${ballast.name} has taken ${maxBytes} bytes and refuses nothing`);
      }
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => refusalOf(connection, ballast.subject, payload)),
      );
      refused = answers.some((refusal) => refusal !== null);
      sent += AT_ONCE * payload.length;
    }
  }
}

/**
 * Publishes to a stream.
 *
 * @returns why it was not stored, in the server's words; null when it was
 * @throws ChaosError `failed` when nobody answers
 */
export async function refusalOf(
  connection: Connection,
  subject: string,
  payload: Uint8Array = new Uint8Array(1),
): Promise<string | null> {
  const message = await connection.request(subject, payload, { timeout: ANSWER_MS });
  const { error } = message.json<{ error?: { description?: string; err_code?: number } }>();
  return error === undefined ? null : `${error.description ?? 'refused'} (${error.err_code ?? '?'})`;
}

/** Deletes a stream; one that is not there is no error. */
export async function deleteStream(connection: Connection, name: string): Promise<void> {
  await insist(async () => {
    try {
      await askApi(connection, `STREAM.DELETE.${name}`, {}, ANSWER_MS);
    } catch (error) {
      if (!(error instanceof ApiRefusal && error.apiCode === NO_STREAM)) throw error;
    }
  }, `deletion of ${name}`);
}

async function make(
  connection: Connection,
  { name, subject, node }: Ballast,
  signal: AbortSignal,
): Promise<void> {
  // A server that stands alone knows no placement, and needs none.
  const placement =
    node === undefined || connection.info?.cluster === undefined
      ? {}
      : { placement: { tags: [nodeTag(node)] } };
  const config = { name, subjects: [subject], storage: 'file', num_replicas: 1, ...placement };
  await insist(
    async () => {
      await askApi(connection, `STREAM.CREATE.${name}`, config, ANSWER_MS);
    },
    `creation of ${name}${node === undefined ? '' : ` on ${node}`}`,
    signal,
  );
}

async function insist(order: () => Promise<void>, what: string, signal?: AbortSignal): Promise<void> {
  await until(
    async () => {
      await order();
      return true;
    },
    { timeoutMs: ORDER_MS, everyMs: 100, signal, what },
  );
}
