import type { EnvironmentSpec } from '../drivers/spec.ts';
import type { ConflictPolicy } from '../faults/index.ts';
import type { Condition } from '../probes/condition.ts';
import type { Milliseconds, Ratio } from '../support/units.ts';

/**
 * Everything that a run will do, as plain data: `chaos plan` prints it and `run/` carries it out. Every address
 * has been checked, every default filled in, every quantity turned into a number.
 */
export interface Plan {
  experiment: Document & { title: string; tags: string[] };
  environment: Document & { title: string };
  spec: EnvironmentSpec;
  driver: string;
  /** The links of servers that the run starts itself; left out: others have wired the servers. */
  links?: LinksPlan;
  /** The verdict that is expected: for all versions of NATS, or by ranges of them. */
  expect: ExpectedVerdict | Record<string, ExpectedVerdict>;
  /** Its faults, and what is expected of them, have been left out. */
  rehearsal?: true;
  workloads: WorkloadPlan[];
  /** Every probe that the run reads, once: those with conditions, and those that are only observed. */
  probes: ProbePlan[];
  steadyState: ExpectationPlan[];
  /** The method ends at once when a reading satisfies one of these. */
  stopWhen: ExpectationPlan[];
  /** How many nodes of a cluster may be down at once; left out: a minority. */
  maxNodesDown?: number;
  phases: PhasePlan[];
  checks: CheckPlan[];
  thresholds: ThresholdPlan[];
  sampleEveryMs: Milliseconds;
  drainWithinMs: Milliseconds;
}

export type ExpectedVerdict = 'pass' | 'fail' | 'either';

/** Which links go through a proxy; all others are direct, and no fault can act on them. */
export interface LinksPlan {
  /** How many links there are: between nodes, and from clients to nodes. */
  total: number;
  /** In the order of the links; `because` says why in a few words each: `fault partition#1`. */
  proxied: { link: string; because: string[] }[];
}

/** A file as it was read. */
export interface Document {
  name: string;
  /** The path as the user would write it: relative to the working directory when that is shorter. */
  file: string;
  /** The text, with every secret replaced. */
  source: string;
}

export interface WorkloadPlan {
  name: string;
  kind: string;
  target: string;
  account: string;
  /** The user of the account that it connects as; left out: the first one. */
  user?: string;
  options: Record<string, unknown>;
}

export interface ProbePlan {
  /** Kind and target, and options where those are not enough: unique within the plan. */
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
  /** How much longer it may last while its actions by the clock are not over; left out: not at all. */
  graceMs?: Milliseconds;
  /** `steady`, `available`, or conditions that must all hold at one moment. */
  until?: 'steady' | 'available' | ExpectationPlan[];
  withinMs?: Milliseconds;
  /** What it waits for need not come true. */
  mayTimeOut?: true;
  /** In the order of the file. */
  faults: (FaultPlan | ChoicePlan)[];
  actions: ActionPlan[];
  expectations: ExpectationPlan[];
  /** Whether servers may end by themselves while it lasts; left out: they may not. */
  allowCrash?: boolean;
}

export interface FaultPlan {
  /** `partition#1`: unique within the plan. */
  id: string;
  kind: string;
  title: string;
  keep: boolean;
  /** When it is injected, from the start of the clock of its phase; left out: before that. */
  afterMs?: Milliseconds;
  /** How long it stays in force; left out: to the end of its phase. */
  forMs?: Milliseconds;
  /** It is injected again with this period, from injection to injection, until its phase ends. */
  everyMs?: Milliseconds;
  /** What happens when it meets another fault. */
  onConflict: ConflictPolicy;
  /** That it is skipped says nothing about the run. */
  maySkip?: true;
  options: Record<string, unknown>;
}

/** Some of several faults, chosen when the phase begins: a plan itself contains nothing random. */
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
  /** When it begins, from the start of the clock of its phase; left out: before that. */
  afterMs?: Milliseconds;
  /** That it fails says nothing about the run. */
  mayFail?: true;
  /** The clusters, services and workloads that it names: by the clock it waits for others there. Left out: for all others. */
  touches?: string[];
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
  | { metric: 'recovery-time'; phase: string; maxMs: Milliseconds; allowNeverLost?: boolean }
  | { metric: 'unavailability'; workload: string; phase?: string; maxMs: Milliseconds }
  | {
      metric: 'publish-latency' | 'latency';
      workload: string;
      phase: string;
      p50Ms?: Milliseconds;
      p90Ms?: Milliseconds;
      p95Ms?: Milliseconds;
      p99Ms?: Milliseconds;
      p999Ms?: Milliseconds;
      maxMs?: Milliseconds;
    }
  | { metric: 'publish-errors' | 'errors'; workload: string; phase: string; max: Ratio }
);
