import type { Driver, NodeInfo } from '../drivers/driver.ts';
import type { Connection } from '../nats/connect.ts';
import type { Observer } from '../nats/monitor/observer.ts';
import type { Static, TSchema } from '../support/schema.ts';
import type { WorkloadProgress } from '../workloads/workload.ts';

/** One reading: a number, a word, or both. */
export interface Reading {
  value?: number;
  state?: string;
  /** Where a probe reads several numbers at once: each by its name. `value` is then the lowest of them. */
  values?: Readonly<Record<string, number>>;
}

/** Something that a schema cannot find wrong with the options of a probe, and the field that it is about. */
export interface Flaw {
  field: string;
  /** The key in that field. */
  key?: string;
  text: string;
}

export interface ProbeContext {
  observer: Observer;
  nodes: NodeInfo[];
  /** Where and how clients connect. */
  clients: Pick<Driver, 'clientServers' | 'access'>;
  /** Left out: the driver runs none. */
  services?: Driver['services'];
  accounts: readonly { name: string; system: boolean }[];
  /** `cluster/stream` → the stream it mirrors. */
  mirrorOf(stream: string): string | undefined;
  /** The progress of a workload. */
  progress(workload: string): WorkloadProgress | undefined;
  /** A connection as a user (its name, or account/name), past the faults that clients feel. */
  connectAs(cluster: string, user: string): Promise<Connection>;
  /** By these variables of its environment, a command is known as one that this run has started. */
  commandMark: Readonly<Record<string, string>>;
  /** Fires when the run is interrupted, or reads nothing any more. */
  signal: AbortSignal;
}

/** Which conditions make sense on a probe: on its number, on its word, or on either. */
export type ProbeReads = 'value' | 'state' | 'both';

/** The limits that no reading can ever pass. */
export interface Bounds {
  min?: number;
  max?: number;
}

/** What is known about the environment and the workloads before a run. */
export interface ProbeSurroundings {
  /** Of a stream; undefined where it may change. */
  replicas(stream: string): number | undefined;
  /** How many nodes a cluster has, or 1 for a node. */
  nodes(endpoint: string): number | undefined;
  /** How many replicas a service has, or 1 for a replica. */
  replicasOfService(service: string): number | undefined;
  /** The number of messages after which a workload ends. */
  count(workload: string): number | undefined;
}

/** One reading, no waiting: waiting, sampling and tolerance belong to the run. A reading that fails throws. */
export interface Probe<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** What it reads, and where, in one or two sentences for `chaos explain`. */
  proof: string;
  /** An item of `steadyState` in YAML, with a condition, valid on the environment dual-mirror or the one below. */
  example: string;
  /** The environment whose addresses the example has; left out: dual-mirror. */
  exampleEnvironment?: string;
  /** Unit of its number: `messages`, `sequence`, `servers`, `ms`. */
  unit: string;
  reads: ProbeReads;
  /** The probe's own fields, without the conditions. */
  fields: S;
  /**
   * One set of options for each item of a list in its fields; left out: it has no list.
   *
   * @param nodesOf the nodes of a cluster; of a node, itself
   */
  each?(options: Static<S>, nodesOf: (endpoint: string) => readonly string[]): Static<S>[];
  /** The address that it observes, for labels. */
  target(options: Static<S>): string;
  /** What is wrong with options that may not fit the schema; left out: the schema finds everything. */
  flaws?(options: Readonly<Record<string, unknown>>): Flaw[];
  /** Left out where it reads words only. A condition that always holds within these bounds is an error of the file. */
  bounds?(options: Static<S>, around: ProbeSurroundings): Bounds;
  read(ctx: ProbeContext, options: Static<S>): Promise<Reading>;
}

/** The bounds of a count; its largest value may be unknown. */
export function atMost(max: number | undefined): Bounds {
  return { min: 0, ...(max === undefined ? {} : { max }) };
}
