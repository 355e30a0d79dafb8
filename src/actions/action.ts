import type { Capability } from '../drivers/driver.ts';
import type { EnvironmentSpec } from '../drivers/spec.ts';
import type { SystemContext } from '../faults/fault.ts';
import { duration, Type, type Static, type TSchema } from '../support/schema.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';

export interface ActionContext extends SystemContext {
  workload(name: string): RunningWorkload;
  /**
   * Called before nodes are taken down together, and before anything is done to any of them.
   *
   * @throws ChaosError when more nodes would be down than the experiment allows; those that faults took down count
   */
  demandMayGoDown(nodes: readonly string[]): void;
  /** Nodes that an action has taken out of their cluster, and none has brought back yet. */
  takenOut: Set<string>;
  /** Writes into the history what checks must know of a changed stream or consumer; to be called before the change. */
  noteChange(change: AssetChange): void;
  /**
   * Has something undone when the method is over, however it ends. The record is on the disk when this returns, so it is to
   * be called before what it undoes is done.
   *
   * @param what what is undone, in a few words
   */
  undoLater(what: string, record: UndoRecord): void;
  /**
   * Does something for which nodes are down, and which no fault may disturb: an action by the clock of its phase waits until
   * no fault touches them and they may go down, and none is injected there before it is over.
   *
   * @throws ChaosError `timeout` when that takes too long
   */
  withNodes<T>(nodes: readonly string[], work: () => Promise<T>): Promise<T>;
  /** What the environment was declared to be: accounts, links, streams, consumers. */
  spec: Pick<EnvironmentSpec, 'accounts' | 'links' | 'streams' | 'consumers'>;
}

/** As in the event `asset-change` of a history, where each field is explained. */
export interface AssetChange {
  asset: string;
  action: string;
  removedUpTo?: number;
  mayRemove?: true;
  refiltered?: true;
}

/** Fields that every action has; no action has a field of its own with one of these names. */
export const commonActionFields = {
  after: Type.Optional(
    duration(
      "When it begins, counted from the moment its phase's clock starts, while faults come and go; those of a phase begin one after the other. Left out: before that, and the clock waits for it.",
    ),
  ),
  mayFail: Type.Optional(
    Type.Boolean({
      description:
        'true: where it is refused, or takes no effect in time, that is recorded, and the run goes on and is judged by the rest. Left out: such a run is inconclusive.',
    }),
  ),
};

/** What is known of a cluster before anything is started. */
export interface ClusterFacts {
  name: string;
  nodes: readonly string[];
  /** How often its servers sync to disk, where the environment says so. */
  syncInterval?: 'always' | Milliseconds;
}

/** A deliberate step. What must not outlast the run is undone by records that it gives to `undoLater`. */
export interface Action<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** The observation from outside that proves its effect, in one or two sentences for `chaos explain`. */
  proof: string;
  /** An item of `actions` in YAML, valid on the environment dual-mirror or the one below; items that it needs stand on lines before it. */
  example: string;
  /** The environment whose addresses the example has; left out: dual-mirror. */
  exampleEnvironment?: string;
  schema: S;
  /** No action acts on links: one that did would have to say which it may touch, as faults do. */
  requires: readonly Exclude<Capability, 'links' | 'packets'>[];
  /** The oldest release of nats-server that can do it; left out: every one. */
  since?: string;
  title(options: Static<S>): string;
  /** How it takes nodes down, if it does: they count against `maxNodesDown` while it is performed. */
  takesNodesDown?(options: unknown): 'one-by-one' | 'at-once';
  /** Why it would not be a fair test of these clusters, in one line, or null; called before anything is started. */
  objection?(options: Static<S>, clusters: readonly ClusterFacts[]): string | null;
  /**
   * @returns the observation that proves its effect, in one sentence; undefined for an action that changes nothing
   *   outside the runner
   * @throws ChaosError when it could not be done, or had no effect; the message says what was observed
   */
  perform(ctx: ActionContext, options: Static<S>): Promise<string | undefined>;
}
