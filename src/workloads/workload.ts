import type { HistoryRecorder } from '../history/recorder.ts';
import type { WorkloadRecord } from '../history/workload-record.ts';
import type { AccountRights } from '../nats/accounts/crossings.ts';
import type { Access, Connection, ConnectOptions } from '../nats/connect.ts';
import type { Static, TSchema } from '../support/schema.ts';
import type { RunningReplica } from '../support/service-place.ts';
import type { Milliseconds } from '../support/units.ts';

/** The progress of a workload. */
export interface WorkloadProgress {
  /** Messages acknowledged by the server (publish), or processed and their acknowledgement sent (consume). */
  done: number;
  failed: number;
  unknown: number;
  paused: boolean;
  /** True when it has nothing more to do. */
  finished: boolean;
  /** True while it has no connection; left out where it has one. */
  offline?: boolean;
  /** The highest stream sequence that it was given; consumers only. */
  position?: number;
}

export interface RunningWorkload {
  progress(): WorkloadProgress;
  /** Stops taking new messages; what is in flight is finished first. */
  pause(): Promise<void>;
  resume(): void;
  /**
   * Ends it: operations in flight get their outcome (or `unknown` at their deadline) first.
   *
   * @param giveUp operations that are still in flight when it fires are `unknown`, even before their deadline
   */
  stop(giveUp?: AbortSignal): Promise<void>;
  record(): WorkloadRecord;
}

export interface WorkloadContext {
  name: string;
  runId: string;
  /** Of the run: from it, and its own name, a workload draws what is left to chance. */
  seed: number;
  /** Every publishing workload of the run: its place in the list is its code in the history. */
  publishers: readonly string[];
  /** Every account of the environment, and `cluster/node` of every server; for workloads that connect as every user. */
  everyone?: { accounts: readonly AccountRights[]; nodes: readonly string[] };
  /** Where servers listen and who it is, for clients of another protocol than NATS. */
  reach: {
    servers: readonly { node: string; server: string }[];
    access: Access;
    /** Replicas of services, for workloads that talk to them. */
    services?: readonly RunningReplica[];
  };
  /** A connection as the stream's user, through the client links of its cluster. */
  connect(options: ConnectOptions): Promise<Connection>;
  history: Pick<HistoryRecorder, 'append' | 'publishes' | 'deliveries' | 'kv' | 'operations'>;
  /** Milliseconds since the run began. */
  elapsedMs: () => number;
  signal: AbortSignal;
}

/** Something that uses NATS as an application would, and writes every operation to the history. */
export interface Workload<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** What it writes to the history, and what it means when it writes nothing, for `chaos explain`. */
  proof: string;
  /** A workload in YAML, valid on the environment dual-mirror with a bucket `qa1a/registers` and `mqtt: true` of qa1a. */
  example: string;
  schema: S;
  /** It takes what others send: it starts before them, and stops after them. */
  receives?: true;
  /** It works on no stream of the environment: `target` names its cluster and, for people, what it works on there. */
  withoutStream?: true;
  /** It talks to services or web servers, and to no server of NATS. */
  outside?: true;
  /** It does nothing until it is stopped: then it reads what others have kept. */
  readsAtEnd?: true;
  /** It connects as every user of the environment. */
  everyUser?: true;
  /** `cluster/stream` or `cluster/stream/consumer`. */
  target(options: Static<S>, name: string): string;
  /** The time from one operation to the next, the number of operations after which it ends, and of publishers that share them. */
  pace(options: Static<S>): {
    everyMs: Milliseconds;
    count?: number;
    publishers?: number;
    acknowledges?: false;
    /** Consumers that share the messages. */
    members?: number;
  };
  start(ctx: WorkloadContext, options: Static<S>): Promise<RunningWorkload>;
}
