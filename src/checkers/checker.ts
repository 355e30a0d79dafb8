import type { Static, TSchema } from '../support/schema.ts';
import type { Milliseconds } from '../support/units.ts';
import type { Evidence } from './evidence/evidence.ts';

export type FindingVerdict = 'pass' | 'fail' | 'inconclusive';

/** One message, or gap, that a finding points at. */
export interface Example {
  stream?: string;
  consumer?: string;
  seq?: number;
  id?: string;
  /** When it happened, in ms since the run began, so that its phase and the faults in force can be told. */
  t?: number;
  text: string;
  /** What else is known of it; added once all checks are made. */
  circumstances?: Circumstances;
}

/** What happened to the message of an example, and around it; what is not known is left out. Times are ms since the run began. */
export interface Circumstances {
  publishedAt?: Milliseconds;
  /** When its publish was acknowledged, or ended in another way. */
  acknowledgedAt?: Milliseconds;
  /** Left out for an acknowledgement. */
  publish?: 'refused' | 'unanswered';
  /** Its first delivery, to any workload. */
  deliveredAt?: Milliseconds;
  /** When its acknowledgement by a consumer was first confirmed. */
  confirmedAt?: Milliseconds;
  /** Its last delivery, where there were several. */
  lastSeenAt?: Milliseconds;
  /** In which it was published, or happened. */
  phase?: string;
  /** Faults that were in force then. */
  faults?: string[];
}

/** How many cases there were, over time: one count for each step, from the beginning of the run. */
export interface OverTime {
  /** What is counted: `lost`. */
  what: string;
  everyMs: Milliseconds;
  counts: number[];
}

/** An objective, how much of what it allows was used up, and by what. */
export interface ErrorBudget {
  /** In words: `99.9 % accepted`, `95 % within 120 ms`. */
  objective: string;
  /** What is counted: `not accepted`, `slower`. */
  what: string;
  /** The share that may be bad: 0.001. */
  allowed: number;
  operations: number;
  bad: number;
  /** Of the whole run: 1 is all that it allows. */
  burnt: number;
  /** The time in which it was used up fastest; the whole run where that is shorter. */
  worst: { from: Milliseconds; to: Milliseconds; operations: number; bad: number; burnt: number };
  /** What was in force at the time of what was bad, the most first. */
  by: { cause: string; bad: number; burnt: number }[];
  /** For each second, from the beginning of the run: how much of the budget of the whole run is left after it. */
  left: number[];
}

/** A probe that is to be read, as an item of `probes`. */
export interface ProbeItem {
  kind: string;
  [field: string]: unknown;
}

/** The result of a check on the history. */
export interface Finding {
  check: string;
  /** What it judged, in words. */
  subject: string;
  verdict: FindingVerdict;
  /** One sentence, with the figures, and with the first sequence where the claim is false. */
  statement: string;
  counts: Record<string, number>;
  /** At most 20, the lowest sequences first. */
  examples: Example[];
  /** Left out where there are none. */
  overTime?: OverTime;
  /** Of objectives; left out where there are none. */
  budgets?: ErrorBudget[];
}

/** A pure judgement of a whole history: no I/O, no clock. */
export interface Checker<S extends TSchema = TSchema> {
  kind: string;
  /** One line for `chaos list`. */
  summary: string;
  /** What it needs, and its verdict without that, in one or two sentences for `chaos explain`. */
  proof: string;
  /** An item of `checks` in YAML, valid with a workload of each kind, named as its kind. */
  example: string;
  schema: S;
  /** What must be read all through the run, so that it can judge; left out: nothing but the history. */
  probes?(options: Static<S>): ProbeItem[];
  check(evidence: Evidence, options: Static<S>): Finding;
}
