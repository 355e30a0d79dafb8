import type { Milliseconds } from '../../support/units.ts';
import { ApiRefusal, askApi, askUntilDone, orderApi, orderWhenFree } from './api.ts';
import type { Connection } from '../connect.ts';
import { CONSUMER_NOT_FOUND, STREAM_NOT_FOUND } from '../not-found.ts';
import type { Json } from '../../support/json.ts';
import type { Identity } from './identity.ts';
import { addConsumer } from './provision.ts';

export function setReplicas(connection: Connection, stream: string, replicas: number): Promise<void> {
  return updateStream(connection, stream, { num_replicas: replicas });
}

/** Changes settings of a stream, in the server's own form; `null` takes one away. @throws ApiRefusal */
export async function updateStream(
  connection: Connection,
  stream: string,
  over: Readonly<Record<string, Json>>,
): Promise<void> {
  const { config } = await askApi<{ config: object }>(connection, `STREAM.INFO.${stream}`);
  const changed = Object.entries({ ...config, ...over }).filter(([, value]) => value !== null);
  await orderWhenFree(connection, `STREAM.UPDATE.${stream}`, Object.fromEntries(changed));
}

/** The same of a consumer: it is made once more, over the one that is there. @throws ApiRefusal */
export async function updateConsumer(
  connection: Connection,
  stream: string,
  name: string,
  over: Readonly<Record<string, Json>>,
): Promise<void> {
  const { config } = await askApi<{ config: object }>(connection, `CONSUMER.INFO.${stream}.${name}`);
  await orderApi(connection, `CONSUMER.DURABLE.CREATE.${stream}.${name}`, {
    stream_name: stream,
    config: { ...config, ...over },
  });
}

/** Creates a stream with a configuration in the server's own form, and asks again until it exists. */
export function createStream(
  connection: Connection,
  config: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const name = String(config.name);
  return askUntilDone(connection, `STREAM.CREATE.${name}`, config, { what: `creation of ${name}`, signal });
}

/**
 * Pauses a consumer until a moment, when the server resumes it by itself.
 *
 * @throws ApiRefusal, or ChaosError `failed` when nobody answers, as before 2.11
 */
export async function pauseConsumer(
  connection: Connection,
  stream: string,
  name: string,
  until: Date,
): Promise<void> {
  await askApi(connection, `CONSUMER.PAUSE.${stream}.${name}`, { pause_until: until.toISOString() });
}

/** Resumes a consumer; one that is gone, or not paused, is no error. @throws ChaosError `failed` when nobody answers */
export async function resumeConsumer(connection: Connection, stream: string, name: string): Promise<void> {
  try {
    await askApi(connection, `CONSUMER.PAUSE.${stream}.${name}`, {});
  } catch (error) {
    if (!(error instanceof ApiRefusal) || !GONE.includes(error.apiCode)) throw error;
  }
}

const GONE: readonly (number | undefined)[] = [STREAM_NOT_FOUND, CONSUMER_NOT_FOUND];

/** Whether a consumer is paused, as its leader says. */
export async function isPaused(connection: Connection, stream: string, name: string): Promise<boolean> {
  const info = await askApi<{ paused?: boolean }>(connection, `CONSUMER.INFO.${stream}.${name}`);
  return info.paused === true;
}

export async function purgeStream(connection: Connection, stream: string): Promise<void> {
  await orderWhenFree(connection, `STREAM.PURGE.${stream}`);
}

export async function deleteConsumer(connection: Connection, stream: string, name: string): Promise<void> {
  await orderApi(connection, `CONSUMER.DELETE.${stream}.${name}`);
}

/** Creates a durable consumer again with its configuration. */
export async function recreateConsumer(
  connection: Connection,
  stream: string,
  { config }: Identity,
  options: { timeoutMs: Milliseconds; signal: AbortSignal },
): Promise<void> {
  await addConsumer(connection, { stream, name: String(config.durable_name), config }, options);
}
