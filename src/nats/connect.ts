import type { NatsConnection } from '@nats-io/transport-node';

export type Connection = NatsConnection;

export interface ConnectOptions {
  /** Pin the connection to one node (its name); left out: any node of the cluster. */
  node?: string;
  name: string;
}
