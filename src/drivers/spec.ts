import type { ServerSetting } from '../nats/assets/settings/config.ts';
import type { Json } from '../support/json.ts';
import type { Bytes, Milliseconds } from '../support/units.ts';
import type { AccountTerms } from './account-terms.ts';
import type { ServiceSpec } from './service-spec.ts';

export { effectiveChanges, replicasOf } from './service-spec.ts';
export type {
  BuildSpec,
  HealthSpec,
  ReloadSignal,
  ReplicaName,
  RolesSpec,
  ServiceChange,
  ServiceContainerSpec,
  ServiceProtocol,
  ServiceSpec,
} from './service-spec.ts';
export type { AccountTerms, ExportSpec, ImportRights, Permissions } from './account-terms.ts';

/** The environment that a driver brings up: the file with every default filled in and every name checked. */
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
  /** What runs beside NATS. Left out: nothing. */
  services?: ServiceSpec[];
  /** `own-filesystem`: each node's store is on its own small filesystem. Left out: plain folders. */
  stores?: 'own-filesystem';
  /** The resources that faults may limit. Left out: none. */
  limits?: ('cpu' | 'memory')[];
  /** Faults may drop single packets of links. Left out: they may not. */
  packets?: true;
  /** The listeners with TLS, of every cluster without `tls` of its own. Left out: none. */
  tls?: TlsSpec;
  /** Ids of the links that go through proxies, so that faults can act on them. Left out: every link. */
  proxied?: string[];
}

/** The listeners of servers that require TLS; `verify`: and a certificate of the other side. */
export interface TlsSpec {
  clients?: { verify: boolean };
  /** Both sides of a route or gateway always show a certificate. */
  routes?: true;
  leafnodes?: { verify: boolean };
  gateways?: true;
}

/** The listeners of a cluster that require TLS. */
export function tlsIn(
  spec: Pick<EnvironmentSpec, 'tls' | 'clusters'> | undefined,
  cluster: string,
): TlsSpec | undefined {
  return spec?.clusters.find(({ name }) => name === cluster)?.tls ?? spec?.tls;
}

/** Whether any listener requires TLS. */
export function hasTls(spec: Pick<EnvironmentSpec, 'tls' | 'clusters'>): boolean {
  return spec.clusters.some(({ name }) => Object.keys(tlsIn(spec, name) ?? {}).length > 0);
}

export interface AttachSpec {
  /** Whether anything may be written or disturbed; otherwise the driver only reads. */
  allowFaults: boolean;
  /** The hosts that may be touched. */
  hosts: string[];
  /** `cluster/node` → `host:port` for clients, and base URL of the monitoring endpoint. */
  servers: Record<string, { client: string; monitor: string }>;
  /** The containers of the servers, if they run in containers. `servers` is empty then. */
  containers?: ContainersSpec;
  /** Absolute paths of the files for connections with TLS. */
  tls?: { caFile?: string; certFile?: string; keyFile?: string };
  /** Address of a stream or consumer → names of the fields that the file states; only these are compared. */
  stated: Record<string, string[]>;
}

/** How to find the containers of the servers, and the ports on which servers listen inside them. */
export interface ContainersSpec {
  /** The compose project that they belong to. */
  project?: string;
  /** A label that they carry: `key` or `key=value`. */
  label?: string;
  /** `cluster/node` → name of a container or service, for nodes with another container name. */
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

export interface AccountSpec extends AccountTerms {
  name: string;
  /** The system account carries no JetStream. */
  system: boolean;
  jetstream: boolean;
  /** What it may use in each cluster, counting every replica; left out: as much as the servers have. */
  maxFileBytes?: Bytes;
  maxMemoryBytes?: Bytes;
  users: UserSpec[];
}

export interface UserSpec {
  name: string;
  /** The same in every cluster, or by cluster. Empty for a user of servers that run already who proves otherwise who it is. */
  password: string | Record<string, string>;
  token?: string;
  /** Absolute path of a file with the seed of an NKey. */
  nkeyFile?: string;
  /** Absolute path of a credentials file. */
  credentialsFile?: string;
}

/** The password of a user in one cluster. */
export function passwordIn({ password }: UserSpec, cluster: string): string {
  return typeof password === 'string' ? password : (password[cluster] ?? '');
}

export interface ClusterSpec {
  name: string;
  nodes: string[];
  /** The first node's ports; the others count up from there. Left out: free ones. */
  ports: {
    client?: number;
    cluster?: number;
    monitor?: number;
    leafnode?: number;
    gateway?: number;
    websocket?: number;
    mqtt?: number;
  };
  /** How clients may connect besides by the NATS protocol. Left out: not at all. */
  listeners?: Listener[];
  jetstream: JetStreamSpec | false;
  /** How servers of the cluster prove to each other that they belong to it. Left out: they do not. */
  authorization?: { user: string; password: string };
  /** As whom clients without credentials connect. Left out: they are refused. */
  noAuthUser?: string;
  /** All its listeners with TLS, in place of those of the environment. */
  tls?: TlsSpec;
  /** Server configuration merged over the generated one, key by key; `null` takes a key away. */
  serverConfig: Record<string, Json>;
  /** The Docker engine of its containers. Left out: the engine of the environment's variables. */
  docker?: EngineSpec;
}

export interface JetStreamSpec {
  domain?: string;
  maxFileBytes?: Bytes;
  maxMemoryBytes?: Bytes;
  /** `always` or a duration in ms. */
  syncInterval?: 'always' | Milliseconds;
}

/** A protocol besides NATS itself on which a server listens for clients. */
export type Listener = 'websocket' | 'mqtt';

/** Where a Docker engine is, and the address at which other machines reach its published ports. */
export interface EngineSpec {
  /** As in `DOCKER_HOST`. Left out: what that variable says. */
  host?: string;
  /** Absolute path of the folder of `ca.pem`, `cert.pem` and `key.pem`. Left out: no TLS. */
  certPath?: string;
  /** IPv4 address of the engine's machine. Left out: loopback, which only that machine can reach. */
  address?: string;
}

export type LinkSpec =
  | { kind: 'leafnode'; from: string; to: string; account: string }
  | { kind: 'gateway'; between: [string, string] };

/**
 * The other clusters of a cluster's super-cluster: every two clusters are joined by gateways, because NATS does not
 * forward from one gateway to another. Empty for a cluster without gateways.
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
  /** Only messages on these subjects are taken over, and come under others. */
  subjectTransforms?: { from: string; to: string }[];
  startSequence?: number;
  startTime?: string;
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
  maxAgeMs?: Milliseconds;
  discard: 'old' | 'new';
  mirror?: OriginSpec;
  sources: OriginSpec[];
  /** Every other setting. */
  settings?: ServerSetting[];
}

export interface ConsumerSpec {
  /** `cluster/stream/consumer`. */
  address: string;
  cluster: string;
  stream: string;
  name: string;
  account: string;
  /** The longest that a delivery may go unacknowledged. */
  ackWaitMs: Milliseconds;
  /** The only filter; with several, `filterSubjects`. */
  filterSubject?: string;
  filterSubjects?: string[];
  /** Its settings as the server is asked for them. Left out: a pull consumer with explicit acknowledgement. */
  settings?: ServerSetting[];
}

/** The subjects that a consumer delivers; empty: all of its stream. */
export function filtersOf({ filterSubject, filterSubjects = [] }: ConsumerSpec): string[] {
  return filterSubject === undefined ? filterSubjects : [filterSubject];
}
