import type { NodeInfo } from '../drivers/driver.ts';
import type { Observer } from '../nats/observer.ts';
import type { Static, TSchema } from '../support/schema.ts';
import type { WorkloadProgress } from '../workloads/workload.ts';

/** One reading: a number, a word, or both. */
export interface Reading {
  value?: number;
  state?: string;
}

export interface ProbeContext {
  observer: Observer;
  nodes: NodeInfo[];
  /** `cluster/stream` → the stream it mirrors. */
  mirrorOf(stream: string): string | undefined;
  /** How far each workload is. */
  progress(workload: string): WorkloadProgress | undefined;
  signal: AbortSignal;
}

/** Which conditions make sense on a probe: on its number, on its word, or on either. */
export type ProbeReads = 'value' | 'state' | 'both';

/** One reading, no waiting: waiting, sampling and tolerance belong to the run. A reading that fails throws. */
export interface Probe<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** Unit of its number: `messages`, `sequence`, `servers`, `ms`. */
  unit: string;
  reads: ProbeReads;
  /** The probe's own fields, without the conditions. */
  fields: S;
  /** What it looks at, for labels: an address. */
  target(options: Static<S>): string;
  read(ctx: ProbeContext, options: Static<S>): Promise<Reading>;
}
