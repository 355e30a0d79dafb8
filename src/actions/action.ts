import type { Capability } from '../drivers/driver.ts';
import type { FaultContext } from '../faults/fault.ts';
import type { Static, TSchema } from '../support/schema.ts';
import type { RunningWorkload } from '../workloads/workload.ts';

export interface ActionContext extends FaultContext {
  workload(name: string): RunningWorkload;
}

/** A deliberate step that needs no undoing. */
export interface Action<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  schema: S;
  requires: readonly Capability[];
  title(options: Static<S>): string;
  /** @throws ChaosError when it could not be done */
  perform(ctx: ActionContext, options: Static<S>): Promise<void>;
}
