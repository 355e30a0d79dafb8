import type { Json } from '../support/json.ts';
import type { Bytes, Milliseconds } from '../support/units.ts';

/** What a driver is asked to bring up: an environment file with every default filled in and every name checked. */
export interface EnvironmentSpec {
  name: string;
  /** A released version or series, `latest`, or the path of a binary; empty when the servers run already. */
  nats: string;
  /** Where the servers are, when they run already. */
  attach?: AttachSpec;
  /** The compose file that brings the servers up. */
  compose?: ComposeSpec;
  accounts: AccountSpec[];
  clusters: ClusterSpec[];
  links: LinkSpec[];
  streams: StreamSpec[];
  consumers: ConsumerSpec[];
  /** `own-filesystem`: each node's store is on a small filesystem that holds nothing else. Left out: plain folders. */
  stores?: 'own-filesystem';
  /** What nodes may be limited in while they run. Left out: nothing. */
  limits?: ('cpu' | 'memory')[];
  /** Single packets of links may be dropped. Left out: they are not. */
  packets?: true;
}

export interface AttachSpec {
  /** Whether anything may be written or disturbed; else it is only read. */
  allowFaults: boolean;
  /** The hosts that may be touched. */
  hosts: string[];
  /** `cluster/node` → `host:port` for clients, and base URL of the monitoring endpoint. */
  servers: Record<string, { client: string; monitor: string }>;
  /** When the servers are containers: which. `servers` is empty then. */
  containers?: ContainersSpec;
  /** Address of a stream or consumer → names of the fields that the file states, and that must therefore be so. */
  stated: Record<string, string[]>;
}

/** How the containers of servers are found, and where servers listen inside them. */
export interface ContainersSpec {
  /** The compose project that they belong to. */
  project?: string;
  /** A label that they carry: `key` or `key=value`. */
  label?: string;
  /** `cluster/node` → name of a container or service, for nodes that are called otherwise. */
  names: Record<string, string>;
  clientPort: number;
  monitorPort: number;
}

export interface ComposeSpec extends ContainersSpec {
  /** Absolute path. */
  file: string;
  /** How long its health checks may take. */
  withinMs: Milliseconds;
}

export interface AccountSpec {
  name: string;
  /** The system account carries no JetStream. */
  system: boolean;
  jetstream: boolean;
  /** What it may use in each cluster, every replica counted; left out: as much as the servers have. */
  maxFileBytes?: Bytes;
  maxMemoryBytes?: Bytes;
  users: { name: string; password: string }[];
}

export interface ClusterSpec {
  name: string;
  nodes: string[];
  /** The first node's ports; the others count up from there. Left out: free ones. */
  ports: { client?: number; cluster?: number; monitor?: number; leafnode?: number; gateway?: number };
  jetstream: {
    domain?: string;
    maxFileBytes?: Bytes;
    maxMemoryBytes?: Bytes;
    /** `always` or a duration in ms. */
    syncInterval?: 'always' | Milliseconds;
  };
  /** Server configuration merged over the generated one, key by key; `null` takes a key away. */
  serverConfig: Record<string, Json>;
  /** The Docker engine that its containers are on. Left out: the one that the environment's variables name. */
  docker?: EngineSpec;
}

/** Where a Docker engine is, and where what it publishes is reached from elsewhere. */
export interface EngineSpec {
  /** As in `DOCKER_HOST`. Left out: what that variable says. */
  host?: string;
  /** Absolute path of the folder of `ca.pem`, `cert.pem` and `key.pem`. Left out: no TLS. */
  certPath?: string;
  /** IPv4 address of the engine's machine. Left out: its loopback, which only that machine reaches. */
  address?: string;
}

export type LinkSpec =
  | { kind: 'leafnode'; from: string; to: string; account: string }
  | { kind: 'gateway'; between: [string, string] };

/**
 * The other clusters of a cluster's super-cluster: every two of its clusters are joined by gateways, for NATS passes
 * nothing on from one to the next. Empty for a cluster without gateways.
 */
export function gatewayPeers(
  links: readonly ({ kind: 'leafnode' } | Extract<LinkSpec, { kind: 'gateway' }>)[],
  cluster: string,
): string[] {
  return links.flatMap((link) => {
    if (link.kind !== 'gateway' || !link.between.includes(cluster)) return [];
    return link.between.filter((end) => end !== cluster);
  });
}

export interface OriginSpec {
  cluster: string;
  stream: string;
  /** `$JS.<domain>.API` when the origin is in another JetStream domain. */
  externalApi?: string;
  /** `$JS.<domain>.API` prefixes need a delivery prefix only across accounts. */
  externalDeliver?: string;
  filterSubject?: string;
}

export interface StreamSpec {
  /** `cluster/stream`. */
  address: string;
  cluster: string;
  name: string;
  account: string;
  subjects: string[];
  replicas: number;
  storage: 'file' | 'memory';
  retention: 'limits' | 'interest' | 'workqueue';
  maxMessages?: number;
  maxBytes?: Bytes;
  maxAgeMs?: Milliseconds;
  discard: 'old' | 'new';
  duplicateWindowMs?: Milliseconds;
  mirror?: OriginSpec;
  sources: OriginSpec[];
}

export interface ConsumerSpec {
  /** `cluster/stream/consumer`. */
  address: string;
  cluster: string;
  stream: string;
  name: string;
  account: string;
  ackWaitMs: Milliseconds;
  maxDeliver?: number;
  maxAckPending?: number;
  filterSubject?: string;
  deliver: 'all' | 'new' | 'last';
  replicas?: number;
}
