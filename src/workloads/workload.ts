import type { HistoryWriter } from '../history/writer.ts';
import type { WorkloadRecord } from '../history/record.ts';
import type { Connection, ConnectOptions } from '../nats/connect.ts';
import type { Static, TSchema } from '../support/schema.ts';

/** How far a workload is. */
export interface WorkloadProgress {
  /** Messages acknowledged by the server (publish), or processed and their acknowledgement sent (consume). */
  done: number;
  failed: number;
  unknown: number;
  paused: boolean;
  /** True when it has nothing more to do by itself. */
  finished: boolean;
}

export interface RunningWorkload {
  progress(): WorkloadProgress;
  /** Stops taking new messages; what is in flight is finished first. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it: operations in flight get their outcome (or `unknown` at their deadline), then it is over. */
  stop(): Promise<void>;
  record(): WorkloadRecord;
}

export interface WorkloadContext {
  name: string;
  runId: string;
  /** A connection as the stream's user, through the client links of its cluster. */
  connect(options: ConnectOptions): Promise<Connection>;
  history: HistoryWriter;
  /** Milliseconds since the run began. */
  elapsedMs(): number;
  signal: AbortSignal;
}

/** Something that uses NATS as an application would, and writes every operation to the history. */
export interface Workload<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  schema: S;
  /** `cluster/stream` or `cluster/stream/consumer`. */
  target(options: Static<S>): string;
  start(ctx: WorkloadContext, options: Static<S>): Promise<RunningWorkload>;
}
