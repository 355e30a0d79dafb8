import type { Capability } from '../drivers/driver.ts';
import type { EnvironmentSpec } from '../drivers/spec.ts';
import type { SystemContext } from '../faults/fault.ts';
import type { Static, TSchema } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { RunningWorkload } from '../workloads/workload.ts';

export interface ActionContext extends SystemContext {
  workload(name: string): RunningWorkload;
  /**
   * Asked before nodes are taken down at one moment, and before anything is done to any of them.
   *
   * @throws ChaosError when that would be more than the experiment allows, with those that faults have taken down
   */
  demandMayGoDown(nodes: readonly string[]): void;
  /** What the environment was declared to be: accounts, links, streams, consumers. */
  spec: Pick<EnvironmentSpec, 'accounts' | 'links' | 'streams' | 'consumers'>;
}

/** What is known of a cluster before anything is started. */
export interface ClusterFacts {
  name: string;
  nodes: readonly string[];
  /** How often its servers sync to disk, where the environment says so. */
  syncInterval?: 'always' | Milliseconds;
}

/** A deliberate step that needs no undoing. */
export interface Action<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  schema: S;
  requires: readonly Capability[];
  title(options: Static<S>): string;
  /** How its nodes, if it takes any down, are down while it is performed: they count against `maxNodesDown`. */
  takesNodesDown?(options: unknown): 'one-by-one' | 'at-once';
  /** Why it would be no fair test of these clusters, in one line; asked before anything is started. */
  objection?(options: Static<S>, clusters: readonly ClusterFacts[]): string | null;
  /**
   * @returns what was seen from outside that proves its effect, in one sentence; undefined for one that changes
   *   nothing outside the runner
   * @throws ChaosError when it could not be done, or had no effect, with what was seen
   */
  perform(ctx: ActionContext, options: Static<S>): Promise<string | undefined>;
}
