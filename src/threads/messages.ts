import type { Milliseconds } from '../support/units.ts';
import type { PlainError } from '../support/plain-error.ts';
import type { AccountRights } from '../nats/accounts/crossings.ts';
import type { OwnState } from '../nats/audit/caught-up.ts';
import type { Access } from '../nats/connect.ts';
import type { RunningReplica } from '../support/service-place.ts';

/** What a thread is given before anything is asked of it. */
export interface ThreadData {
  runId: string;
  /** The run's folder. */
  folder: string;
  /** Of the run. */
  seed: number;
  /** Every publishing workload of the run: its place in the list is its code in the history. */
  publishers: readonly string[];
  /** When the run began, in ms on the clock of `hrtime`, which all threads share. */
  epochMs: Milliseconds;
  /** The progress of its workloads, see `progress-board.ts`. */
  board: SharedArrayBuffer;
}

/** How the servers of a cluster are reached. */
export interface Reach {
  servers: readonly { node: string; server: string }[];
  access: Access;
  /** Replicas of services, for workloads that talk to them. */
  services?: readonly RunningReplica[];
  /** Every account, and how its users and the runner connect; for workloads that connect as all of them. */
  accounts?: readonly AccountReach[];
}

export interface AccountReach {
  rights: AccountRights;
  /** By user. */
  users: Readonly<Record<string, Access>>;
  runner: Access;
}

/** One workload to start. */
export interface WorkloadOrder {
  /** Its place on the progress board. */
  at: number;
  name: string;
  kind: string;
  cluster: string;
  options: Record<string, unknown>;
  reach: Reach;
}

/** One stream to read back. */
export interface AuditOrder {
  /** `cluster/stream`. */
  address: string;
  mirrorOf?: string;
  /** Creates no consumer, not even a temporary one. */
  readOnly: boolean;
  /** Each of its replicas is read by itself too, by making its node the leader. */
  replicas?: boolean;
  /** The leader leads again once all replicas are read. */
  leaderStays?: boolean;
  /** The servers have said for long enough that the stream does not exist. */
  isGone?: boolean;
  /** By node: where the server of a replica is asked for its own state. */
  own: Readonly<Record<string, OwnState>>;
  /** How long it may go on without reading anything. */
  stalledAfterMs: Milliseconds;
  reach: Reach;
}

/** What is asked of a thread; each request is answered once. */
export type Request =
  | { ask: 'start'; order: WorkloadOrder }
  | { ask: 'pause' | 'resume'; at: number }
  /** `giveUp`: operations in flight are `unknown` now, even before their deadline. */
  | { ask: 'stop' | 'giveUp'; at: number }
  | { ask: 'audit'; order: AuditOrder }
  | { ask: 'flush' | 'close' }
  /** The run was interrupted, or its program is in trouble: `reason` says which. */
  | { ask: 'abort'; reason: string | PlainError };

/** First, what the thread is for; then what is asked of it. */
export type ToThread = { begin: ThreadData } | Asked;

export type Asked = Request & { call: number };

export type FromThread =
  | { call: number; value?: unknown }
  | { call: number; error: PlainError }
  /** The program itself is in trouble: it cannot write the history. */
  | { trouble: PlainError };
