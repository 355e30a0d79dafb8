import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { Connection } from '../connect.ts';

const REQUEST_MS = 1_000;

/** A JetStream manager whose requests wait at most a second; it does not check that JetStream is enabled. */
export function openManager(connection: Connection): Promise<JetStreamManager> {
  return jetstreamManager(connection, { timeout: REQUEST_MS, checkAPI: false });
}
