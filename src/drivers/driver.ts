import type { Access, Connection } from '../nats/connect.ts';
import type { Observer } from '../nats/monitor/observer.ts';
import type { Clock } from '../support/clock.ts';
import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Certificates } from './capabilities/certificates.ts';
import type { Disk } from './capabilities/disk.ts';
import type { Filesystems } from './capabilities/filesystems.ts';
import type { Packets } from './capabilities/packets.ts';
import type { Pressure } from './capabilities/pressure.ts';
import type { Resources } from './capabilities/resources.ts';
import type { LinkControl } from './capabilities/link-control.ts';
import type { Services } from './capabilities/services.ts';
import type { ServerAssertion } from './server-assertion.ts';
import type { HarnessProblem, ServerExit } from './server-exit.ts';
import type { EnvironmentSpec, Listener } from './spec.ts';
import type { StandingServers } from './standing-servers.ts';

export type { CertificateFlaw, Certificates } from './capabilities/certificates.ts';
export type { Filesystems, FilesystemState, WriteLimits, WriteTrial } from './capabilities/filesystems.ts';
export type { LinkPackets, PacketCount, Packets } from './capabilities/packets.ts';
export type { Pressure } from './capabilities/pressure.ts';
export type { ServiceInfo, Services } from './capabilities/services.ts';
export type { Resources } from './capabilities/resources.ts';
export type { Damage, Disk, StoreEvent, StoreFile, StorePlace, StoreRole } from './capabilities/disk.ts';
export type { LinkEffect, LinkControl, Passage, LinkDirection } from './capabilities/link-control.ts';
export type { StandingServers } from './standing-servers.ts';
export type { ServerAssertion } from './server-assertion.ts';
export type { EndRequest, HarnessProblem, ServerExit } from './server-exit.ts';

/** Optional capabilities of a driver; a fault names those it requires, and the plan refuses a driver that lacks one. */
export type Capability =
  | 'processes'
  | 'pausing'
  | 'links'
  | 'packets'
  | 'disk'
  | 'versions'
  | 'configuration'
  | 'certificates'
  | 'storage'
  | 'power'
  | 'disk-space'
  | 'disk-speed'
  | 'cpu'
  | 'memory'
  | 'pressure'
  | 'services';

/** A driver brings an environment up, says what there is, and takes it down again. */
export interface Driver {
  readonly kind: string;
  /** Versions of what runs: `nats-server`, `toxiproxy`. Known once started. */
  versions(): Record<string, string>;
  /**
   * Brings everything up and returns when it is ready: JetStream answers, every stream has its leader and
   * replicas, every link is there.
   *
   * @throws ChaosError `unavailable` (binary, port) or `not-ready` (with what was missing)
   */
  start(spec: EnvironmentSpec): Promise<void>;
  nodes(): NodeInfo[];
  links(): LinkInfo[];
  /** Where workloads connect: every node of the cluster, through its client link. */
  clientServers(cluster: string): { node: string; server: string }[];
  /** The runner's own connections: they bypass every fault that clients feel. */
  observer(): Observer;
  /** A connection of the runner to some servers, in an account. */
  connect(servers: string[], account: string, name: string): Promise<Connection>;
  /** What a connection of a workload to a cluster needs besides the servers. @param user left out: the first of the account */
  access(account: string, cluster: string, user?: string): Access;
  /** What connections of the runner itself need: as a user of the account that may do everything, if there is one. */
  runnerAccess(account: string, cluster: string): Access;
  /** Carries out one undo record; doing it twice is harmless. */
  replay(record: UndoRecord): Promise<void>;
  /** Connections that bypass the links under control, in words; empty when there are none. */
  bypasses(): Promise<string[]>;
  /**
   * What the topology lacks, in words: nodes not running, links not up; empty when it is whole.
   *
   * @param except nodes that are not expected to run, nor their links to be up
   */
  missing(except?: ReadonlySet<string>): Promise<string[]>;
  /** Every end of a server since the start, in order of time, including ends that the driver asked for. */
  exits(): Promise<ServerExit[]>;
  /** Assertions of the servers that were reached so far; left out: its servers have none compiled in. */
  assertions?(): ServerAssertion[];
  /** The part of the driver's own machinery that does not work now; null when all of it works. */
  harnessProblem(): Promise<HarnessProblem | null>;
  /** Leaves everything running; `dispose` then does nothing. */
  keep(): { urls: string[]; pids: number[]; folder: string };
  /** Stops and removes everything. Never throws for what is already removed. @returns what is left, in words */
  dispose(): Promise<string[]>;
  /** How many runs its servers have served before this one. */
  readonly servedRuns?: number;
  /**
   * Leaves the servers running for the driver of another run; `dispose` then does nothing.
   *
   * @returns null where they may serve only one
   */
  handOn?(): Promise<StandingServers | null>;

  /** True for a driver that attaches to running servers, and leaves them running. */
  readonly attached?: true;
  /** True when nobody else starts the servers: a server that ended by itself stays down. */
  readonly startsAlone?: true;
  readonly processes?: Processes;
  /** For a driver that can pause processes but not stop them. */
  readonly pausing?: Pausing;
  /** What runs beside NATS; its replicas are known to `processes`, `resources` and `exits` by their addresses too. */
  readonly services?: Services;
  readonly linkControl?: LinkControl;
  readonly packets?: Packets;
  readonly disk?: Disk;
  readonly filesystems?: Filesystems;
  readonly resources?: Resources;
  readonly pressure?: Pressure;
  readonly versionControl?: Versions;
  readonly configuration?: Configuration;
  /** Known once started; only in an environment with TLS. */
  readonly certificates?: Certificates | undefined;
}

export interface NodeInfo {
  /** `cluster/node`. */
  address: string;
  cluster: string;
  name: string;
  /** `host:port` for clients, past the proxies. */
  client: string;
  /** Base URL of the monitoring endpoint. */
  monitor: string;
  /** `host:port` for clients of other protocols, which go through no proxy. */
  listeners?: Partial<Record<Listener, string>>;
}

export interface LinkInfo {
  id: string;
  /** `client`: a workload, or a service, to a node. `service`: a service to another service. */
  kind: 'route' | 'leafnode' | 'gateway' | 'client' | 'service';
  /** The node that dials (`cluster/node`), the replica of a service (`service/1`), or `client`. */
  from: string;
  /** The node or replica that is dialled. */
  to: string;
  /** The port of the service that is dialled, by its name. */
  portName?: string;
  /** It goes through no proxy, because no fault of the plan can touch it: no fault can act on it. */
  direct?: true;
}

export type ProcessState = 'running' | 'paused' | 'down';

/** Pauses and resumes servers. Each call returns once the operating system shows the change. */
export interface Pausing {
  state(node: string): Promise<ProcessState>;
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
}

/** The rhythm of a crash loop; both values are read again in every round. */
export interface CrashRhythm {
  /** How long the node stays down after a kill. */
  downMs(): Milliseconds;
  /** How long it runs after it is started again. */
  upMs(): Milliseconds;
}

/** Stops, kills and starts the servers' processes. Each call returns once the operating system shows the change. */
export interface Processes extends Pausing {
  /** Graceful: SIGTERM, and SIGKILL only when the server does not end. */
  stop(node: string): Promise<void>;
  kill(node: string): Promise<void>;
  start(node: string): Promise<void>;
  /** SIGUSR2: the server hands over its leaders, disconnects its clients one by one and ends. This takes a while. */
  lameDuck(node: string): Promise<void>;
  /** Tells one start of a node's process from another; null while it is down. */
  incarnation(node: string): Promise<string | null>;
  /** Kills the node and starts it again, repeatedly, until `settle`. */
  crashLoop(node: string, rhythm: CrashRhythm): Promise<void>;
  /** Ends a crash loop, if there is one, and leaves the node running. */
  settle(node: string): Promise<void>;
}

/** Changes the release of the server that a node runs. */
export interface Versions {
  /**
   * Gets a release ready to run: `2.12.3`, `2.12`, `latest` or a path.
   *
   * @returns its version
   * @throws ChaosError `unavailable`
   */
  obtain(wanted: string): Promise<string>;
  /**
   * Stops a node gracefully and starts it again with another release, on the same store; the node keeps that release.
   */
  restartOn(node: string, wanted: string): Promise<void>;
}

/** Changes the configuration files of servers. */
export interface Configuration {
  /** Merges fields into a node's configuration, key by key (`null` removes a key), and makes it reload (SIGHUP). */
  change(node: string, over: Record<string, Json>): Promise<void>;
  /** Undoes such a change, and makes the node reload. */
  restore(node: string, over: Record<string, Json>): Promise<void>;
  /** Whether a node's file says what `over` says, and when the file was last written (ms since 1970). */
  read(node: string, over: Record<string, Json>): Promise<{ holds: boolean; writtenAt: number }>;
}

/** What the run gives to a driver. */
export interface DriverContext {
  runId: string;
  /** The folder of the servers' logs; it is kept. */
  logFolder: string;
  clock: Clock;
  signal: AbortSignal;
  /** Ports that are taken are replaced by free ones instead of refused. */
  freePorts: boolean;
  /** Reports progress, one line for people. */
  readonly progress: (text: string) => void;
  /** Writes a record to the journal, fsynced, before the driver does what the record undoes. */
  readonly journal: (record: UndoRecord) => void;
}
