import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { ServerEventsRecord } from './server-events.ts';

/** One reading of a probe. `value` for numbers, `state` for words; neither when the reading failed. */
export interface Sample {
  t: Milliseconds;
  value?: number;
  state?: string;
  error?: string;
}

/** All readings of one probe, over the whole run. */
export interface ProbeSeries {
  /** `mirror-lag qa1a/qa_mirror_qa1b`: unique within the run. */
  id: string;
  kind: string;
  /** What it looks at: an address. */
  target: string;
  unit: string;
  samples: Sample[];
}

export type ExpectationOutcome = 'met' | 'violated' | 'unread';

/** A condition on a probe, and what came of it. */
export interface ExpectationResult {
  probe: string;
  /** The condition in words: `max 100, within 10 s`. */
  condition: string;
  outcome: ExpectationOutcome;
  /** One sentence with the value and time that decided it. */
  statement: string;
  readings: number;
  /** When it was decided, if at one moment. */
  t?: Milliseconds;
}

/** Proof, from outside, that something is so. */
export interface Evidence {
  proven: boolean;
  statement: string;
  t: Milliseconds;
  /** How long after the injection (or removal) it was proven. */
  afterMs: Milliseconds;
  /** The readings that it rests on. */
  readings: Json;
}

export interface UndoStep {
  t: Milliseconds;
  record: UndoRecord;
  attempts: number;
  ok: boolean;
  error?: string;
}

/** One fault, from its resolution to the proof of its removal. */
export interface FaultRecord {
  /** `partition#1`, and `partition#1.2` for the second time that a repeated fault strikes: unique within the run. */
  id: string;
  kind: string;
  phase: string;
  /** The fault in words: `partition between qa1a and qa1b`. */
  title: string;
  /** What its roles resolved to: node and link names. */
  targets: string[];
  /** Address as written → what it resolved to, where a role was used. */
  roles: Record<string, string[]>;
  options: Json;
  injectedAt?: Milliseconds;
  inForce?: Evidence;
  /** Seen again just before the removal. */
  heldToEnd?: Evidence;
  removedAt?: Milliseconds;
  removed?: Evidence;
  undo: UndoStep[];
  /** Why it was not injected at all: it would have gone beyond the blast radius. */
  refused?: string;
  /** Why it did nothing, when it did nothing. */
  vacuous?: string;
  /** Why its time never came. */
  neverDue?: string;
}

/** What a `choose` picked. */
export interface ChoiceRecord {
  /** `choose#1`: unique within the run. */
  id: string;
  /** What there was to choose from, in the order of the file. */
  of: { fault: string; title: string; chosen: boolean }[];
}

export type PhaseOutcome = 'completed' | 'timed-out' | 'stopped' | 'aborted' | 'not-run';

export interface ActionRecord {
  t: Milliseconds;
  kind: string;
  title: string;
  ok: boolean;
  error?: string;
  /** What was seen from outside that proves its effect; not there for one that changes nothing outside. */
  evidence?: string;
}

export interface PhaseRecord {
  name: string;
  startedAt?: Milliseconds;
  endedAt?: Milliseconds;
  outcome: PhaseOutcome;
  /** What ended it, in words. */
  note?: string;
  /** What its `choose` items picked; left out where it has none. */
  choices?: ChoiceRecord[];
  actions: ActionRecord[];
  expectations: ExpectationResult[];
  /** From the last fault's proven removal to the steady state that held; only for `until: steady`. */
  recoveryMs?: Milliseconds;
}

/** The `stopWhen` condition that ended the method. */
export interface StopRecord {
  t: Milliseconds;
  probe: string;
  /** The condition in words: `min 3`. */
  condition: string;
  /** One sentence with the reading that decided it. */
  statement: string;
}

/** One line of the run's story. */
export interface TimelineEntry {
  t: Milliseconds;
  kind:
    | 'run'
    | 'cluster'
    | 'phase'
    | 'fault'
    | 'action'
    | 'steady-state'
    | 'workload'
    | 'undo'
    | 'guard'
    | 'problem';
  text: string;
}

/** Counts and per-second figures of one workload. */
export interface WorkloadRecord {
  name: string;
  kind: string;
  /** `qa1a/qa` or `qa1a/qa/consumer`. */
  target: string;
  ok: number;
  failed: number;
  unknown: number;
  /** Deliveries after the first of a sequence; consumers only. */
  redelivered: number;
  /** The first error met, in words. */
  firstError?: string;
  seconds: WorkloadSecond[];
}

export interface WorkloadSecond {
  /** Start of the second, ms since the run began. */
  t: Milliseconds;
  ok: number;
  failed: number;
  unknown: number;
  p50Ms?: number;
  p99Ms?: number;
}

export interface TopologyRecord {
  clusters: {
    name: string;
    nodes: { name: string; client: string; monitor: string }[];
  }[];
  links: { name: string; kind: string; from: string; to: string }[];
  streams: { address: string; mirrorOf?: string; replicas: number }[];
}

/** A connection that goes round the proxies, or a stray the guard found. */
export interface GuardRecord {
  checks: number;
  bypasses: { t: Milliseconds; text: string }[];
}

/** Everything that a run saw and did, before anyone judges it. */
export interface RunRecord {
  runId: string;
  seed: number;
  driver: string;
  startedAt: string;
  endedAt: string;
  durationMs: Milliseconds;
  versions: Record<string, string>;
  topology: TopologyRecord;
  /** How long the cluster took from nothing to ready, in ms. */
  readyMs?: Milliseconds;
  /** How long everything took to be gone again, in ms. */
  teardownMs?: Milliseconds;
  steadyStateBefore: ExpectationResult[];
  steadyStateAfter: ExpectationResult[];
  phases: PhaseRecord[];
  faults: FaultRecord[];
  workloads: WorkloadRecord[];
  probes: ProbeSeries[];
  drain?: { ok: boolean; ms: Milliseconds; note: string };
  guard: GuardRecord;
  timeline: TimelineEntry[];
  /** Left out where the servers' logs cannot be read. */
  serverEvents?: ServerEventsRecord;
  /** The safety limit that ended the method early. */
  stopped?: StopRecord;
  /** The signal that ended the run early. */
  interrupted?: 'SIGINT' | 'SIGTERM';
  /** What kept the run from being carried out. */
  error?: { message: string; hint?: string; code: string };
  /** What could not be undone, with what to do about it. */
  unclean: string[];
  /** Whether all that the run had started is stopped and removed, whatever could not be undone before. */
  gone?: boolean;
  /** Where servers were left running on purpose (`--keep`). */
  kept?: { urls: string[]; pids: number[]; folder: string };
}
