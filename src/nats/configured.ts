import type { Milliseconds } from '../support/units.ts';
import { ApiRefusal, askApi } from './api.ts';
import type { Connection } from './connect.ts';

/** A stream's configuration as the server tells it: what is compared of it. Durations in ns. */
export interface StreamConfiguration {
  subjects?: string[];
  num_replicas: number;
  storage: string;
  retention: string;
  discard: string;
  max_msgs: number;
  max_bytes: number;
  max_age: number;
  duplicate_window?: number;
  mirror?: Origin;
  sources?: Origin[];
}

interface Origin {
  name: string;
  filter_subject?: string;
  external?: { api: string; deliver?: string };
}

/** A consumer's configuration as the server tells it: what is compared of it. Durations in ns. */
export interface ConsumerConfiguration {
  ack_policy: string;
  deliver_policy: string;
  /** Only push consumers have one. */
  deliver_subject?: string;
  ack_wait?: number;
  max_deliver?: number;
  max_ack_pending?: number;
  filter_subject?: string;
  num_replicas: number;
}

const ANSWER_MS: Milliseconds = 2_000;
const NO_STREAM = 10059;
const NO_CONSUMER = 10014;

/** Asks whether JetStream is there for an account. @throws ChaosError in the server's words when it is not */
export async function askForJetStream(connection: Connection): Promise<void> {
  await askApi(connection, 'INFO', {}, ANSWER_MS);
}

/** @returns null when there is no such stream */
export function streamConfiguration(
  connection: Connection,
  stream: string,
): Promise<StreamConfiguration | null> {
  return configuration(connection, `STREAM.INFO.${stream}`, NO_STREAM);
}

/** @returns null when there is no such consumer */
export function consumerConfiguration(
  connection: Connection,
  stream: string,
  consumer: string,
): Promise<ConsumerConfiguration | null> {
  return configuration(connection, `CONSUMER.INFO.${stream}.${consumer}`, NO_CONSUMER);
}

async function configuration<T>(
  connection: Connection,
  question: string,
  notThere: number,
): Promise<T | null> {
  try {
    return (await askApi<{ config: T & object }>(connection, question, {}, ANSWER_MS)).config;
  } catch (error) {
    if (error instanceof ApiRefusal && error.apiCode === notThere) return null;
    throw error;
  }
}
