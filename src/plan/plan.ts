import type { EnvironmentSpec } from '../drivers/spec.ts';
import type { Condition } from '../probes/condition.ts';
import type { Milliseconds, Ratio } from '../support/units.ts';

/**
 * Everything that a run will do, as plain data: what `chaos plan` prints and `run/` carries out. Every address
 * has been checked, every default filled in, every quantity turned into a number.
 */
export interface Plan {
  experiment: Document & { title: string; tags: string[] };
  environment: Document & { title: string };
  spec: EnvironmentSpec;
  driver: string;
  /** The verdict that the experiment is there to reach: for all versions of NATS, or by ranges of them. */
  expect: ExpectedVerdict | Record<string, ExpectedVerdict>;
  workloads: WorkloadPlan[];
  /** Every probe the run reads, once: those of the steady state, of the phases, and those only observed. */
  probes: ProbePlan[];
  steadyState: ExpectationPlan[];
  /** The method ends at once when a reading satisfies one of these. */
  stopWhen: ExpectationPlan[];
  /** How many nodes of a cluster faults may have down at once; left out: a minority. */
  maxNodesDown?: number;
  phases: PhasePlan[];
  checks: CheckPlan[];
  thresholds: ThresholdPlan[];
  sampleEveryMs: Milliseconds;
  drainWithinMs: Milliseconds;
}

export type ExpectedVerdict = 'pass' | 'fail' | 'either';

/** A file as it was read. */
export interface Document {
  name: string;
  /** Path as the user would write it, relative to the working directory where that is shorter. */
  file: string;
  /** The text, with every secret replaced. */
  source: string;
}

export interface WorkloadPlan {
  name: string;
  kind: string;
  target: string;
  /** The account whose first user it connects as. */
  account: string;
  options: Record<string, unknown>;
}

export interface ProbePlan {
  /** Kind and target, and whatever else tells it from its siblings: unique within the plan. */
  id: string;
  kind: string;
  target: string;
  unit: string;
  options: Record<string, unknown>;
}

export interface ExpectationPlan {
  /** Id of a probe of the plan. */
  probe: string;
  condition: Condition;
}

export interface PhasePlan {
  name: string;
  forMs?: Milliseconds;
  /** `steady`, or conditions that must all hold at one moment. */
  until?: 'steady' | ExpectationPlan[];
  withinMs?: Milliseconds;
  /** In the order of the file. */
  faults: (FaultPlan | ChoicePlan)[];
  actions: ActionPlan[];
  expectations: ExpectationPlan[];
}

export interface FaultPlan {
  /** `partition#1`: unique within the plan. */
  id: string;
  kind: string;
  title: string;
  keep: boolean;
  /** When it strikes, from the start of the phase's clock; left out: before that. */
  afterMs?: Milliseconds;
  /** How long it stays in force; left out: to the end of its phase. */
  forMs?: Milliseconds;
  /** It strikes again with this period, from strike to strike, until its phase ends. */
  everyMs?: Milliseconds;
  options: Record<string, unknown>;
}

/** Some of several faults, chosen when the phase begins: what is planned has no randomness in it. */
export interface ChoicePlan {
  /** `choose#1`: unique within the plan. */
  id: string;
  kind: 'choose';
  /** How many are chosen; never more than there are. */
  count: number;
  of: FaultPlan[];
}

export interface ActionPlan {
  kind: string;
  title: string;
  options: Record<string, unknown>;
}

export interface CheckPlan {
  kind: string;
  options: Record<string, unknown>;
}

export type ThresholdPlan = {
  /** How much worse than a baseline the figure may become. */
  tolerance?: Ratio;
} & (
  | { metric: 'recovery-time'; phase: string; maxMs: Milliseconds }
  | {
      metric: 'publish-latency';
      workload: string;
      phase: string;
      p50Ms?: Milliseconds;
      p90Ms?: Milliseconds;
      p99Ms?: Milliseconds;
      p999Ms?: Milliseconds;
      maxMs?: Milliseconds;
    }
  | { metric: 'publish-errors'; workload: string; phase: string; max: Ratio }
);
