import type { Connection } from '../nats/connect.ts';
import type { Observer } from '../nats/observer.ts';
import type { Clock } from '../support/clock.ts';
import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Disk } from './disk.ts';
import type { Filesystems } from './filesystems.ts';
import type { Packets } from './packets.ts';
import type { Pressure } from './pressure.ts';
import type { Resources } from './resources.ts';
import type { LinkControl } from './link-control.ts';
import type { EnvironmentSpec } from './spec.ts';

export type { Filesystems, FilesystemState, WriteLimits, WriteTrial } from './filesystems.ts';
export type { LinkPackets, PacketCount, Packets } from './packets.ts';
export type { Pressure } from './pressure.ts';
export type { Resources } from './resources.ts';
export type { Damage, Disk, StoreEvent, StoreFile, StorePlace, StoreRole } from './disk.ts';
export type { Blow, LinkControl, Passage, Way } from './link-control.ts';

/** Optional powers of a driver; a fault names those it requires, and the plan refuses a driver that lacks one. */
export type Capability =
  | 'processes'
  | 'pausing'
  | 'links'
  | 'packets'
  | 'disk'
  | 'versions'
  | 'configuration'
  | 'storage'
  | 'power'
  | 'disk-space'
  | 'disk-speed'
  | 'cpu'
  | 'memory'
  | 'pressure';

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
  /** Where the runner looks: past every fault that clients feel. */
  observer(): Observer;
  /** A connection to some servers as the first user of an account. */
  connect(servers: string[], account: string, name: string): Promise<Connection>;
  /** Carries out one undo record; doing it twice is harmless. */
  replay(record: UndoRecord): Promise<void>;
  /** Connections that go round the links under control, in words; empty when all is well. */
  bypasses(): Promise<string[]>;
  /** What the topology lacks, in words: nodes not running, links not up; empty when it is whole. */
  missing(): Promise<string[]>;
  /** Leaves everything running; `dispose` then does nothing. */
  keep(): { urls: string[]; pids: number[]; folder: string };
  /** Stops and removes everything. Never throws for what is already gone. @returns what is left, in words */
  dispose(): Promise<string[]>;

  /** True for a driver that found its servers running, and leaves them so. */
  readonly attached?: true;
  /** True for a driver that alone starts its servers: one that has ended by itself stays down. */
  readonly startsAlone?: true;
  readonly processes?: Processes;
  /** For a driver with less than power over processes. */
  readonly pausing?: Pausing;
  readonly linkControl?: LinkControl;
  readonly packets?: Packets;
  readonly disk?: Disk;
  readonly filesystems?: Filesystems;
  readonly resources?: Resources;
  readonly pressure?: Pressure;
  readonly versionControl?: Versions;
  readonly configuration?: Configuration;
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
}

export interface LinkInfo {
  id: string;
  kind: 'route' | 'leafnode' | 'gateway' | 'client';
  /** The node that dials (`cluster/node`), or `client`. */
  from: string;
  /** The node that is dialled. */
  to: string;
}

export type ProcessState = 'running' | 'paused' | 'down';

/** Power to freeze servers and to let them go on. Each call returns once the operating system shows the change. */
export interface Pausing {
  state(node: string): Promise<ProcessState>;
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
}

/** The rhythm of a crash loop; both are asked for anew in every round. */
export interface CrashRhythm {
  /** How long the node stays down after a kill. */
  downMs(): Milliseconds;
  /** How long it lives once it is started again. */
  upMs(): Milliseconds;
}

/** Power over the servers' processes. Each call returns once the operating system shows the change. */
export interface Processes extends Pausing {
  /** Graceful: SIGTERM, and SIGKILL only when it does not go. */
  stop(node: string): Promise<void>;
  kill(node: string): Promise<void>;
  start(node: string): Promise<void>;
  /** SIGUSR2: the server hands its leaders over, lets its clients go one by one and ends; that takes its time. */
  lameDuck(node: string): Promise<void>;
  /** Tells one start of a node's process from another; null while it is down. */
  incarnation(node: string): Promise<string | null>;
  /** Kills the node and starts it again, now and over and over, until `settle`. */
  crashLoop(node: string, rhythm: CrashRhythm): Promise<void>;
  /** Ends a crash loop, if there is one, and leaves the node running. */
  settle(node: string): Promise<void>;
}

/** Power over which release of the server a node runs. */
export interface Versions {
  /**
   * Gets a release ready to run: `2.12.3`, `2.12`, `latest` or a path.
   *
   * @returns its version
   * @throws ChaosError `unavailable`
   */
  obtain(wanted: string): Promise<string>;
  /** Stops a node gracefully and starts it again as another release, on the same store; it stays with that one. */
  restartOn(node: string, wanted: string): Promise<void>;
}

/** Power over the configuration files of servers. */
export interface Configuration {
  /** Merges fields over a node's configuration, key by key (`null` takes one away), and has it read that (SIGHUP). */
  change(node: string, over: Record<string, Json>): Promise<void>;
  /** Takes such a change back, and has the node read that. */
  restore(node: string, over: Record<string, Json>): Promise<void>;
  /** Whether a node's file says what `over` says, and when the file was last written (ms since 1970). */
  read(node: string, over: Record<string, Json>): Promise<{ holds: boolean; writtenAt: number }>;
}

/** What a driver gets from the run. */
export interface DriverContext {
  runId: string;
  /** Where server logs go; stays. */
  logFolder: string;
  clock: Clock;
  signal: AbortSignal;
  /** Ports that are taken are replaced by free ones instead of refused. */
  freePorts: boolean;
  /** A line for people: what is going on. */
  readonly progress: (text: string) => void;
  /** Writes a record to the journal, fsynced, before what it undoes is done. */
  readonly journal: (record: UndoRecord) => void;
}
