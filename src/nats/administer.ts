import type { Milliseconds } from '../support/units.ts';
import { ApiRefusal, askApi, orderApi, orderWhenFree } from './api.ts';
import type { Connection } from './connect.ts';
import { openManager } from './manager.ts';
import { addConsumerAsConfigured } from './provision.ts';

export async function setReplicas(connection: Connection, stream: string, replicas: number): Promise<void> {
  const { config } = await askApi<{ config: object }>(connection, `STREAM.INFO.${stream}`);
  await orderWhenFree(connection, `STREAM.UPDATE.${stream}`, { ...config, num_replicas: replicas });
}

export async function purgeStream(connection: Connection, stream: string): Promise<void> {
  await orderApi(connection, `STREAM.PURGE.${stream}`);
}

export async function deleteConsumer(connection: Connection, stream: string, name: string): Promise<void> {
  await orderApi(connection, `CONSUMER.DELETE.${stream}.${name}`);
}

/** Makes a durable consumer as it was. */
export async function recreateConsumer(
  connection: Connection,
  stream: string,
  { config }: ConsumerIdentity,
  options: { timeoutMs: Milliseconds; signal: AbortSignal },
): Promise<void> {
  await addConsumerAsConfigured(await openManager(connection), stream, config, options);
}

/** What a consumer is: when it was made, and its configuration but for what the servers note there for themselves. */
export interface ConsumerIdentity {
  created: string;
  config: Record<string, unknown>;
}

/** Servers note their own version and level in a consumer's metadata, and another server other ones. */
function withoutNotes(config: Record<string, unknown>): Record<string, unknown> {
  const { metadata, ...rest } = config;
  const own = Object.entries((metadata ?? {}) as Record<string, string>).filter(
    ([key]) => !key.startsWith('_nats.'),
  );
  return own.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(own) };
}

const NO_CONSUMER = 10014;
const ANSWER_MS = 1_000;

/** @returns null when there is no such consumer */
export async function consumerIdentity(
  connection: Connection,
  stream: string,
  name: string,
): Promise<ConsumerIdentity | null> {
  try {
    // Without a leader nobody answers, and the caller asks again.
    const info = await askApi<ConsumerIdentity>(connection, `CONSUMER.INFO.${stream}.${name}`, {}, ANSWER_MS);
    return { created: info.created, config: withoutNotes(info.config) };
  } catch (error) {
    if (error instanceof ApiRefusal && error.apiCode === NO_CONSUMER) return null;
    throw error;
  }
}
