import { throwIfAborted } from '../../support/deadline.ts';
import { ChaosError } from '../../support/errors.ts';
import type { Bytes } from '../../support/units.ts';
import { askApi, askUntilDone } from './api.ts';
import type { Connection } from '../connect.ts';
import { getJson, type Jsz } from '../monitor/monitor.ts';
import { STREAM_NOT_FOUND } from '../not-found.ts';
import { nodeTag } from './placement.ts';

/** A stream of one replica whose only purpose is to use up storage. */
export interface Filler {
  name: string;
  subject: string;
  /** Name of the server that it is on; left out: any. */
  node?: string;
  /** Left out: on file. */
  storage?: Storage;
}

export type Storage = 'file' | 'memory';

/** What a server has in file storage, or an account in one kind of storage. */
export interface StorageReading {
  usedBytes: Bytes;
  limitBytes: Bytes;
  /** Names of the streams that it holds; of a server, whatever their account. */
  streams: string[];
}

/**
 * A server refuses messages once it is over its limit. An account refuses a message that would go over it, so smaller
 * messages fill what large ones leave free.
 */
const MESSAGE_BYTES = { server: [256 * 1024], account: [256 * 1024, 16 * 1024, 1024, 64, 1] };
const AT_ONCE = 16;
const ANSWER_MS = 5_000;

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

/**
 * What an account stores on file or in memory in the cluster that is asked, and how much it may (-1: without a limit).
 *
 * @throws ChaosError when nobody answers
 */
export async function readAccountStorage(connection: Connection, storage: Storage): Promise<StorageReading> {
  const { limits, ...used } = await askApi<{
    storage: number;
    memory: number;
    limits: { max_storage: number; max_memory: number };
  }>(connection, 'INFO');
  const { streams } = await askApi<{ streams: string[] | null }>(connection, 'STREAM.NAMES');
  const [usedBytes, limitBytes] =
    storage === 'memory' ? [used.memory, limits.max_memory] : [used.storage, limits.max_storage];
  return { usedBytes, limitBytes, streams: streams ?? [] };
}

/**
 * Makes a filler stream and fills it until more is refused.
 *
 * @throws ChaosError when `maxBytes` are stored and nothing was refused
 */
export async function fill(
  connection: Connection,
  filler: Filler,
  { whose, maxBytes, signal }: { whose: 'server' | 'account'; maxBytes: Bytes; signal: AbortSignal },
): Promise<void> {
  await make(connection, filler, signal);
  const mostBytes = connection.info?.max_payload ?? Infinity;
  let sent = 0;
  for (const messageBytes of MESSAGE_BYTES[whose]) {
    const payload = new Uint8Array(Math.min(messageBytes, mostBytes));
    let refused = false;
    while (!refused) {
      throwIfAborted(signal);
      if (sent >= maxBytes) {
        throw new ChaosError(
          'failed',
          `${filler.name} has taken ${maxBytes} bytes and still refuses nothing`,
        );
      }
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => refusalOf(connection, filler.subject, payload)),
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

/** Deletes a stream; one that does not exist is no error. */
export function deleteStream(connection: Connection, name: string): Promise<void> {
  return askUntilDone(
    connection,
    `STREAM.DELETE.${name}`,
    {},
    { what: `deletion of ${name}`, isDone: ({ apiCode }) => apiCode === STREAM_NOT_FOUND },
  );
}

function make(
  connection: Connection,
  { name, subject, node, storage = 'file' }: Filler,
  signal: AbortSignal,
): Promise<void> {
  // A server that stands alone knows no placement, and needs none.
  const placement =
    node === undefined || connection.info?.cluster === undefined
      ? {}
      : { placement: { tags: [nodeTag(node)] } };
  const config = { name, subjects: [subject], storage, num_replicas: 1, ...placement };
  const what = `creation of ${name}${node === undefined ? '' : ` on ${node}`}`;
  return askUntilDone(connection, `STREAM.CREATE.${name}`, config, { what, signal });
}
