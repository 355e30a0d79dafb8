import type { Milliseconds } from '../../support/units.ts';
import { ApiRefusal, askApi } from './api.ts';
import type { Connection } from '../connect.ts';
import { CONSUMER_NOT_FOUND, STREAM_NOT_FOUND } from '../not-found.ts';

/** A stream's configuration as the server reports it. Durations in ns. */
export interface StreamConfiguration {
  subjects?: string[];
  num_replicas: number;
  storage: string;
  retention: string;
  discard: string;
  max_age: number;
  mirror?: Origin;
  sources?: Origin[];
  /** Every other field, as the server names it. */
  [key: string]: unknown;
}

interface Origin {
  name: string;
  external?: { api: string; deliver?: string };
  [key: string]: unknown;
}

/** A consumer's configuration as the server reports it. Durations in ns. */
export interface ConsumerConfiguration {
  ack_policy: string;
  /** Only push consumers have one. */
  deliver_subject?: string;
  /** Every other field, as the server names it. */
  [key: string]: unknown;
}

const ANSWER_MS: Milliseconds = 2_000;

/** What an account may use of JetStream, as the server names it; -1 without a limit. */
export interface JetStreamAllowance {
  max_storage?: number;
  max_memory?: number;
  max_streams?: number;
  max_consumers?: number;
  max_ack_pending?: number;
  storage_max_stream_bytes?: number;
  memory_max_stream_bytes?: number;
  max_bytes_required?: boolean;
}

/**
 * Checks that an account has JetStream, and how much of it.
 *
 * @throws ChaosError with the server's answer when it has none
 */
export async function askForJetStream(connection: Connection): Promise<JetStreamAllowance> {
  const { limits } = await askApi<{ limits?: JetStreamAllowance }>(connection, 'INFO', {}, ANSWER_MS);
  return limits ?? {};
}

/** @returns null when there is no such stream */
export function streamConfiguration(
  connection: Connection,
  stream: string,
): Promise<StreamConfiguration | null> {
  return configuration(connection, `STREAM.INFO.${stream}`, STREAM_NOT_FOUND);
}

/** @returns null when there is no such consumer */
export function consumerConfiguration(
  connection: Connection,
  stream: string,
  consumer: string,
): Promise<ConsumerConfiguration | null> {
  return configuration(connection, `CONSUMER.INFO.${stream}.${consumer}`, CONSUMER_NOT_FOUND);
}

async function configuration<T>(
  connection: Connection,
  question: string,
  notFoundCode: number,
): Promise<T | null> {
  try {
    return (await askApi<{ config: T & object }>(connection, question, {}, ANSWER_MS)).config;
  } catch (error) {
    if (error instanceof ApiRefusal && error.apiCode === notFoundCode) return null;
    throw error;
  }
}
