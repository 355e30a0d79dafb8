import { until } from '../../support/deadline.ts';
import type { Json } from '../../support/json.ts';
import type { Milliseconds } from '../../support/units.ts';
import { ApiRefusal, askApi } from './api.ts';
import type { ConsumerConfiguration, StreamConfiguration } from './configured.ts';
import type { Connection } from '../connect.ts';

export interface ProvisionOptions {
  timeoutMs: Milliseconds;
  signal: AbortSignal;
  /** Called each time that the meta leader has known no place for a stream for so long that it may never do. */
  onNoPeers?: () => Promise<void>;
}

/** Longer than a new cluster needs to know all of its nodes, which tell of themselves every ten seconds. */
const NO_PEERS_MS: Milliseconds = 12_000;
const NO_SUITABLE_PEERS = 10005;

/** A new cluster leaves requests without an answer, so they are repeated soon; a consumer of many takes its time. */
const STREAM_ANSWER_MS: Milliseconds = 1_000;
const CONSUMER_ANSWER_MS: Milliseconds = 5_000;

/**
 * Creates a stream, and asks again until it exists.
 *
 * @param config in the server's own form
 * @returns its configuration as the server has it: an older one leaves out what it does not know
 * @throws ChaosError `timeout` with the server's last answer
 */
export function addStream(
  connection: Connection,
  config: { name: string } & Record<string, Json>,
  options: ProvisionOptions,
): Promise<StreamConfiguration> {
  const { name } = config;
  return create(connection, `STREAM.CREATE.${name}`, config, STREAM_ANSWER_MS, `stream ${name}`, options);
}

/**
 * Creates a durable consumer, and asks again until it exists.
 *
 * @param config in the server's own form, without its name
 */
export function addConsumer(
  connection: Connection,
  { stream, name, config }: { stream: string; name: string; config: Readonly<Record<string, unknown>> },
  options: ProvisionOptions,
): Promise<ConsumerConfiguration> {
  return create(
    connection,
    `CONSUMER.CREATE.${stream}.${name}`,
    { stream_name: stream, config: { ...config, name, durable_name: name } },
    CONSUMER_ANSWER_MS,
    `consumer ${stream}/${name}`,
    options,
  );
}

async function create<T>(
  connection: Connection,
  subject: string,
  request: object,
  answerMs: Milliseconds,
  what: string,
  options: ProvisionOptions,
): Promise<T> {
  let since = performance.now();
  const attempt = async (): Promise<T> => {
    try {
      const { config } = await askApi<{ config: T }>(connection, subject, request, answerMs);
      return config;
    } catch (error) {
      const lacksPeers = error instanceof ApiRefusal && error.apiCode === NO_SUITABLE_PEERS;
      if (!lacksPeers) since = performance.now();
      if (performance.now() - since > NO_PEERS_MS) {
        since = performance.now();
        await options.onNoPeers?.();
      }
      throw error;
    }
  };
  return until(attempt, {
    timeoutMs: options.timeoutMs,
    everyMs: 50,
    signal: options.signal,
    what: `creation of ${what}`,
    fatal: isPermanentRefusal,
  });
}

/**
 * Error codes that a new cluster returns as `bad request` for a short time: its leader does not know all peers yet
 * (10005), or not yet how much room they have (10023).
 */
const PASSING = new Set<number | undefined>([NO_SUITABLE_PEERS, 10023]);

/** Whether the server will always refuse the request, for example because of overlapping subjects. */
export function isPermanentRefusal(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 400 && !PASSING.has(error.apiCode);
}
