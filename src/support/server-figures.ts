/** What one server says of itself, as far as a dashboard shows it. Sizes in bytes, times in seconds. */
export interface ServerFigures {
  version: string;
  uptimeS: number;
  memoryBytes: number;
  cpuPercent: number;
  connections: number;
  totalConnections: number;
  subscriptions: number;
  slowConsumers: number;
  sentMessages: number;
  sentBytes: number;
  receivedMessages: number;
  receivedBytes: number;
  routes: number;
  leafnodes: number;
  /** Left out where JetStream is off, or does not answer. */
  jetstream?: JetStreamFigures;
}

export interface JetStreamFigures {
  streams: number;
  consumers: number;
  messages: number;
  bytes: number;
  memoryBytes: number;
  storageBytes: number;
  apiRequests: number;
  apiErrors: number;
  /** Server name of the meta leader as this server knows it; empty without one. */
  metaLeader: string;
  replicas: ReplicaFigures[];
  /** The consumers that this server leads. */
  ledConsumers: ConsumerFigures[];
}

export interface ConsumerFigures {
  account: string;
  stream: string;
  consumer: string;
  /** Messages that wait for their first delivery. */
  pending: number;
  /** Messages that were delivered, and not acknowledged yet. */
  ackPending: number;
  redelivered: number;
}

/** A replica on this server. */
export interface ReplicaFigures {
  account: string;
  stream: string;
  messages: number;
  bytes: number;
  lastSeq: number;
  consumers: number;
  isLeader: boolean;
  /** What a mirror reports of itself; only its leader knows it. */
  mirror?: { lag: number };
}
