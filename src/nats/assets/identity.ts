import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../support/json.ts';
import { CONSUMER_NOT_FOUND, STREAM_NOT_FOUND } from '../not-found.ts';
import type { Connection } from '../connect.ts';
import { ApiRefusal, askApi } from './api.ts';

const ANSWER_MS = 1_000;

/** What exists under a name: when it was created, and its configuration without the servers' own metadata. */
export interface Identity {
  created: string;
  config: Record<string, unknown>;
}

/** @returns null when there is no such stream */
export function streamIdentity(connection: Connection, stream: string): Promise<Identity | null> {
  return identity(connection, `STREAM.INFO.${stream}`, STREAM_NOT_FOUND);
}

/** @returns null when there is no such consumer */
export function consumerIdentity(
  connection: Connection,
  stream: string,
  name: string,
): Promise<Identity | null> {
  return identity(connection, `CONSUMER.INFO.${stream}.${name}`, CONSUMER_NOT_FOUND);
}

/** Every durable consumer of a stream. */
export async function durablesOf(connection: Connection, stream: string): Promise<Identity[]> {
  const all: Identity[] = [];
  for (;;) {
    const { consumers, total } = await askApi<{ consumers: Identity[] | null; total: number }>(
      connection,
      `CONSUMER.LIST.${stream}`,
      { offset: all.length },
    );
    all.push(...(consumers ?? []).map(withoutServerMetadata));
    if ((consumers ?? []).length === 0 || all.length >= total) break;
  }
  return all.filter(({ config }) => typeof config.durable_name === 'string');
}

/** Whether a configuration says what is wanted; what a server leaves out is empty, 0, or false. */
export function says(
  config: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, Json>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const now = config[key];
    return now === undefined ? isNothing(value) : isDeepStrictEqual(now, value);
  });
}

async function identity(
  connection: Connection,
  question: string,
  notFoundCode: number,
): Promise<Identity | null> {
  try {
    // Without a leader there is no answer, and the caller asks again.
    return withoutServerMetadata(await askApi<Identity>(connection, question, {}, ANSWER_MS));
  } catch (error) {
    if (error instanceof ApiRefusal && error.apiCode === notFoundCode) return null;
    throw error;
  }
}

/** Servers write their own version and API level into the metadata; these differ between servers. */
function withoutServerMetadata({ created, config }: Identity): Identity {
  const { metadata, ...rest } = config;
  const own = Object.entries((metadata ?? {}) as Record<string, string>).filter(
    ([key]) => !key.startsWith('_nats.'),
  );
  return { created, config: own.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(own) } };
}

function isNothing(value: Json): boolean {
  return value === false || value === 0 || value === '' || value === 'none';
}
