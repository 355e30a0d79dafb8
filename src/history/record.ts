import type { Json } from '../support/json.ts';
import type { UndoRecord } from '../support/undo-record.ts';
import type { Milliseconds } from '../support/units.ts';
import type { DrainOutcome } from './events.ts';
import type { AssertionRecord } from './server-assertion.ts';
import type { CrashRecord, HarnessRecord } from './server-crash.ts';
import type { ServerEventsRecord } from './server-events.ts';
import type { WorkloadRecord } from './workload-record.ts';

/** One reading of a probe. `value` for numbers, `state` for words; neither when the reading failed. */
export interface Sample {
  t: Milliseconds;
  value?: number;
  state?: string;
  /** Where it reads several numbers at once: each by its name. `value` is then the lowest of them. */
  values?: Readonly<Record<string, number>>;
  error?: string;
}

/** All readings of one probe, over the whole run. */
export interface ProbeSeries {
  /** `mirror-lag qa1a/qa_mirror_qa1b`: unique within the run. */
  id: string;
  kind: string;
  /** The address that it observes. */
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
  /** `partition#1`, and `partition#1.2` for the second injection of a repeated fault: unique within the run. */
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
  /** Observed again just before the removal. */
  heldToEnd?: Evidence;
  removedAt?: Milliseconds;
  removed?: Evidence;
  /** When the steady state was back after it; left out of a fault that was not injected, and of a run that broke off. */
  recovery?: FaultRecoveryRecord;
  undo: UndoStep[];
  /** Why it was not injected at all: it would have gone beyond the blast radius. */
  refused?: string;
  /** Why it did nothing, when it did nothing. */
  vacuous?: string;
  /** Why its time never came. */
  neverDue?: string;
  /** Why it was left out this time: it met another fault, or would have gone beyond the blast radius with it. */
  skipped?: string;
  /** That it was skipped says nothing about the run. */
  maySkip?: true;
  skippedAt?: Milliseconds;
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
  /** When it began, or was given up. */
  t: Milliseconds;
  /** When it was over; left out where it never began. */
  endedAt?: Milliseconds;
  /** How much later it began than it was to, as another action was going on there; left out: it did not wait. */
  waitedMs?: Milliseconds;
  kind: string;
  title: string;
  ok: boolean;
  error?: string;
  /** That it failed says nothing about the run. */
  mayFail?: true;
  /** What was observed from outside that proves its effect; left out where it changes nothing outside. */
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
  /** Its `until` conditions held at their first reading: they have waited for nothing. */
  heldAtOnce?: true;
  /** What was available while faults were in force; only for `until: available`. */
  liveness?: LivenessRecord;
  /** How the steady state came back; only for `until: steady`. */
  recovery?: RecoveryRecord;
  /** Its `ms`; older programs have written nothing else. */
  recoveryMs?: Milliseconds;
}

/** What a phase found that demands service while faults are in force. */
export interface LivenessRecord {
  /** Ids of the kept faults that it has undone, because they cost a quorum. */
  healed: string[];
  /** Ids of the faults that stayed in force, and `remove-node` for nodes that actions have taken out. */
  inForce: string[];
  targets: LivenessTarget[];
}

/** One stream or workload: service is demanded of it where the faults in force leave its stream a quorum. */
export interface LivenessTarget {
  kind: 'stream' | 'workload';
  name: string;
  state: 'available' | 'stuck' | 'rightly-unavailable';
  /** From the moment of the demand; only with `available`. */
  afterMs?: Milliseconds;
  /** What was observed last, or why there is no quorum. */
  statement: string;
}

/** How the steady state came back, or whether it was ever away. */
export interface RecoveryRecord {
  /**
   * `failed-over`: it came back while a fault was in force. `never-lost`: no reading has shown it lost, so there is no
   * time; a loss between two readings is not noticed.
   */
  outcome: 'recovered' | 'failed-over' | 'never-lost' | 'not-recovered';
  /** What `ms` counts from: a fault's proven removal or injection, the first action, or the phase's beginning. */
  from?: 'removal' | 'injection' | 'action' | 'phase';
  ms?: Milliseconds;
  /** From when on the steady state held again. */
  steadyAt?: Milliseconds;
  /** From the last fault's proven removal. */
  sinceRemovalMs?: Milliseconds;
  /** From when the undo of that fault began. */
  sinceUndoBeganMs?: Milliseconds;
  /** From the first fault's injection. */
  sinceInjectionMs?: Milliseconds;
  /** Readings of the steady state's probes that this rests on. */
  readings: number;
}

/** When the steady state was back after one fault, by the readings from its injection to the next one after its removal. */
export interface FaultRecoveryRecord {
  /** `failed-over`: before its undo began. `never-lost`: no reading has shown it lost. `unmeasured`: `why` says why. */
  outcome: 'recovered' | 'failed-over' | 'never-lost' | 'not-recovered' | 'unmeasured';
  /** From when on it held, until the next injection or the end of the method. */
  steadyAt?: Milliseconds;
  sinceInjectionMs?: Milliseconds;
  /** From its proven removal; 0 where it was back before. */
  sinceRemovalMs?: Milliseconds;
  /** Other faults and actions that may have disturbed it in that time; left out where there are none. */
  others?: string[];
  /** It did not hold at the injection already. */
  lostBefore?: true;
  /** Why there is no answer. */
  why?: string;
  /** How many it rests on. */
  readings: number;
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

/** One line of the run's timeline. */
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

export interface TopologyRecord {
  clusters: {
    name: string;
    nodes: { name: string; client: string; monitor: string }[];
  }[];
  /** What ran beside NATS; left out where nothing did. */
  services?: { name: string; replicas: { address: string; name: string; ports: Record<string, string> }[] }[];
  /** Under control unless they are direct. */
  links: { name: string; kind: string; from: string; to: string; direct?: true }[];
  streams: { address: string; mirrorOf?: string; replicas: number }[];
}

/** The end of the run, when workloads finish what is under way. */
export interface DrainRecord {
  ok: boolean;
  ms: Milliseconds;
  note: string;
  /** Consumers that did not get everything, and why; left out where there are none. */
  undrained?: { consumer: string; outcome: DrainOutcome; text: string }[];
}

/** How late the rounds began in which the probes were read: a busy machine, or a runner that is busy itself, shows here. */
export interface SamplingRecord {
  rounds: number;
  lateP50Ms: Milliseconds;
  lateP99Ms: Milliseconds;
  lateMaxMs: Milliseconds;
}

/** Connections that bypass the proxies, and how often the guard has checked for them. */
export interface GuardRecord {
  checks: number;
  bypasses: { t: Milliseconds; text: string }[];
}

/** What servers have published of themselves, of one kind about one thing. */
export interface AdvisoryRecord {
  /** When the first was heard. */
  t: Milliseconds;
  /** `stream leader elected`, `stream quorum lost`, `consumer max deliveries` … */
  kind: string;
  /** `cluster/stream` or `cluster/stream/consumer`. */
  of: string;
  count: number;
}

/** Everything that a run did and observed, before it is judged. */
export interface RunRecord {
  runId: string;
  seed: number;
  driver: string;
  startedAt: string;
  endedAt: string;
  durationMs: Milliseconds;
  versions: Record<string, string>;
  topology: TopologyRecord;
  /** How many runs its servers had served before; left out: they were started for this one. */
  reused?: { runs: number };
  /** How long the cluster took from nothing to ready, in ms. */
  readyMs?: Milliseconds;
  /** How long it took to take everything down, in ms. */
  teardownMs?: Milliseconds;
  steadyStateBefore: ExpectationResult[];
  steadyStateAfter: ExpectationResult[];
  phases: PhaseRecord[];
  faults: FaultRecord[];
  workloads: WorkloadRecord[];
  probes: ProbeSeries[];
  /** Left out by older programs, and where nothing was read. */
  sampling?: SamplingRecord;
  drain?: DrainRecord;
  guard: GuardRecord;
  timeline: TimelineEntry[];
  /** Left out where the servers' logs cannot be read. */
  serverEvents?: ServerEventsRecord;
  /** Advisories that were heard; left out by older programs, and where nobody listens. */
  advisories?: AdvisoryRecord[];
  /** Servers that ended by themselves; left out where it could not be observed. */
  crashes?: CrashRecord[];
  /** Assertions that the servers reached; left out where none has any compiled in. */
  assertions?: AssertionRecord[];
  /** What broke of the harness itself, and ended the run. */
  harness?: HarnessRecord;
  /** The safety limit that ended the method early. */
  stopped?: StopRecord;
  /** The signal that ended the run early. */
  interrupted?: 'SIGINT' | 'SIGTERM';
  /** What kept the run from being carried out. */
  error?: { message: string; hint?: string; code: string };
  /** What could not be undone, with what to do about it. */
  unclean: string[];
  /** Whether all that the run had started is stopped and removed, even if something could not be undone before. */
  gone?: boolean;
  /** Where servers were left running on purpose (`--keep`). */
  kept?: { urls: string[]; pids: number[]; folder: string };
}
