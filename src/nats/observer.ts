/** The runner's own view of the servers, past every fault that clients feel. */
export interface Observer {
  /** @throws when there is no answer within the observer's deadline */
  streamInfo(address: string): Promise<StreamReading>;
  /** Name of the node that leads a stream, by what the nodes themselves say; null without one. */
  streamLeader(address: string): Promise<string | null>;
  consumerInfo(address: string): Promise<ConsumerReading>;
  /** `/healthz` of one node: true only for a clean `ok`. */
  healthy(node: string): Promise<boolean>;
  /** Whether the monitoring endpoint of a node answers at all, within half a second. */
  answers(node: string): Promise<boolean>;
  routes(node: string): Promise<PeerReading[]>;
  leafnodes(node: string): Promise<PeerReading[]>;
  /** Name of the meta leader as `node` sees it, or null. */
  metaLeader(node: string): Promise<string | null>;
}

export interface PeerReading {
  /** Server name of the other side. */
  name: string;
  ip: string;
  port: number;
}

export interface StreamReading {
  messages: number;
  firstSeq: number;
  lastSeq: number;
  /** Server name, or null without one. */
  leader: string | null;
  /** Replicas that are current and online, the leader included. */
  currentReplicas: number;
  replicas: number;
  /** The mirror's own account of itself; null for a stream that mirrors nothing. */
  mirror: { name: string; lag: number; activeNs: number; error: string | null } | null;
}

export interface ConsumerReading {
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  redelivered: number;
  leader: string | null;
}
