import type { Milliseconds } from '../support/units.ts';

/** What became of one operation. A timeout is `unknown`, never `failed`: the server may have done it. */
export type Outcome = 'ok' | 'failed' | 'unknown';

/** One message offered to a stream, written once its outcome is known. Times are ms since the run began. */
export interface PublishEvent {
  type: 'publish';
  /** When it was first sent. */
  t: Milliseconds;
  workload: string;
  /** `cluster/stream` it was meant for. */
  stream: string;
  /** 1, 2, 3 … within its workload. */
  n: number;
  /** Identity carried in the message: `<run>/<workload>/<n>`; also its `Nats-Msg-Id`. */
  id: string;
  outcome: Outcome;
  /** The stream sequence that the acknowledgement named; only with `ok`. */
  seq?: number;
  /** First send to acknowledgement. */
  latencyMs?: Milliseconds;
  /** When its outcome was known; only without `ok`, where `latencyMs` says it. */
  endedAt?: Milliseconds;
  /** How often it was sent. */
  attempts: number;
  /** The server said that it had this message id already. */
  duplicate?: boolean;
  /** The connection was lost while it was in flight, so that its place among the others is open. */
  crossedReconnect?: boolean;
  error?: string;
}

/** One message handed to a consuming workload. */
export interface DeliverEvent {
  type: 'deliver';
  t: Milliseconds;
  workload: string;
  /** `cluster/stream/consumer`. */
  consumer: string;
  seq: number;
  /** The identity found in the message body, or null for a message that no workload of this run wrote. */
  id: string | null;
  /** 1 for a first delivery, as the server counts. */
  deliveries: number;
}

/** The acknowledgement of a delivered message: `ok` once the server confirmed it. */
export interface AckEvent {
  type: 'ack';
  /** When the outcome was known. */
  t: Milliseconds;
  workload: string;
  consumer: string;
  seq: number;
  outcome: Outcome;
  latencyMs?: Milliseconds;
  error?: string;
}

/** One message read back from a stream after the drain. */
export interface StoredEvent {
  type: 'stored';
  /** `cluster/stream`. */
  stream: string;
  seq: number;
  subject: string;
  /** As in `DeliverEvent`. */
  id: string | null;
  /** A hash of the body in 16 hex digits; that of this event is SHA-256. */
  digest: string;
}

/** What a stream said of itself when it was read back; follows its `stored` events. */
export interface StreamAuditEvent {
  type: 'stream-audit';
  stream: string;
  /** False when the stream could not be read to its end: `error` says why. */
  complete: boolean;
  messages: number;
  firstSeq: number;
  lastSeq: number;
  /** True when the stream's own limits or retention may remove messages, so absence alone proves no loss. */
  mayExpire: boolean;
  /** False when it can remove messages at its beginning only; left out in a history of an earlier version. */
  mayHaveGaps?: boolean;
  /** Messages have another subject in it than they were published to. */
  transforms?: true;
  /** `cluster/stream` that it mirrors. */
  mirrorOf?: string;
  /** The cluster knows no such stream any more: it holds nothing, and counts as read to its end. */
  gone?: true;
  /** How many messages it counts and did not give out: it holds them no more. */
  withheld?: number;
  /** A replica: it was not read, because it stayed at this sequence although its leader called it current. */
  behind?: number;
  error?: string;
}

/** What a consumer said of itself after the drain. */
export interface ConsumerAuditEvent {
  type: 'consumer-audit';
  consumer: string;
  complete: boolean;
  ackFloor: number;
  delivered: number;
  pending: number;
  ackPending: number;
  /** What it is to deliver; left out in a history of an earlier version, and where it could not be read. */
  settings?: ConsumerSettings;
  error?: string;
}

/** Which messages a consumer owes. */
export interface ConsumerSettings {
  /** Subjects with wildcards; empty for all. */
  filters: string[];
  /** Where it begins: `all`, `new`, `last`, `by_start_sequence` … */
  deliver: string;
  /** After so many deliveries it gives a message up; left out: never. */
  maxDeliver?: number;
}

/** A stream of an `assets` workload, as one node holds it. */
export interface HeldAsset {
  /** Without its cluster. */
  stream: string;
  /** The number of the write whose configuration it has; 0: it has that of no write of the workload. */
  value: number;
  /** The same of its consumers, by name. */
  consumers: Record<string, number>;
  /** How its configuration, or that of a consumer, is another than that of the write that it names. */
  wrong?: string;
}

/** What each node holds of the streams that an `assets` workload made, once all was quiet. */
export interface AssetsAuditEvent {
  type: 'assets-audit';
  t: Milliseconds;
  workload: string;
  /** False where some node could not be read: `error` says why. */
  complete: boolean;
  /** How many nodes are to hold each stream. */
  replicas: number;
  /** How long it was waited until nodes and API agreed, or until the time was up. */
  waitedMs: Milliseconds;
  nodes: { node: string; held: HeldAsset[] }[];
  /** The streams that there are by the API, asked through each node that answered. */
  listed: { node: string; streams: string[] }[];
  error?: string;
}

/** What a ledger workload read of an application, once nobody sent any more; its entries are rows of its table. */
export interface LedgerAuditEvent {
  type: 'ledger-audit';
  t: Milliseconds;
  workload: string;
  /** False where it could not be read to its end, or was still changing: `error` says why. */
  complete: boolean;
  entries: number;
  /** Of these, those that name no message or request of this run. */
  foreign: number;
  error?: string;
}

/**
 * How the drain ended for one consumer. `stalled`: it had a leader and time, and got no further; `gone`: the cluster
 * knows no such consumer. With every other word but `drained` it could not get what was left.
 */
export const DRAIN_OUTCOMES = [
  'drained',
  'stalled',
  'gone',
  'no-leader',
  'no-answer',
  'no-time',
  'offline',
  'paused',
  'ended',
] as const;
export type DrainOutcome = (typeof DRAIN_OUTCOMES)[number];

/** Written once the drain is over, before anything is read back. */
export interface ConsumerDrainEvent {
  type: 'consumer-drain';
  t: Milliseconds;
  consumer: string;
  outcome: DrainOutcome;
  /** What was left, and what kept the consumer from it; empty when it is drained. */
  text: string;
}

/** What an action of the run has changed about a stream or a consumer, as far as checks must know. */
export interface AssetChangeEvent {
  type: 'asset-change';
  t: Milliseconds;
  /** `cluster/stream` or `cluster/stream/consumer`. */
  asset: string;
  /** Kind of the action. */
  action: string;
  /** The action has removed the messages up to this sequence: that they are gone is right. */
  removedUpTo?: number;
  /** From then on, or up to then, the limits of the stream may remove messages. */
  mayRemove?: true;
  /** The consumer is to get other messages than it was declared to get. */
  refiltered?: true;
}

/** A workload paused, resumed or ended. */
export interface WorkloadEvent {
  type: 'workload';
  /** For `stopped`: when it was told to stop; operations in flight may end later. */
  t: Milliseconds;
  workload: string;
  mark: 'started' | 'paused' | 'resumed' | 'stopped';
  /** Why, and after how many messages. */
  note?: string;
}

/** What the codes in column `by` stand for: workload by code. */
export interface PublishersEvent {
  type: 'publishers';
  names: readonly string[];
}

/** How a publish ended, with everything that it may share with others. */
export interface PublishStatus {
  outcome: Outcome;
  /** How often it was sent. */
  attempts: number;
  /** The server said that it had this message id already. */
  duplicate?: boolean;
  /** The connection was lost while it was in flight, so that its place among the others is open. */
  crossedReconnect?: boolean;
  error?: string;
}

/**
 * What a consumer did on purpose in place of an acknowledgement: it rejected the message (`nak`), so that it comes again;
 * gave it up for good (`term`), so that it never does; or died with it (`crash`), so that it comes again after its time.
 */
export type Instead = 'nak' | 'term' | 'crash';

/** What a row says of a delivered message. */
export interface DeliveryStatus {
  /** `delivered`: it came; `acknowledged`: it came, and its acknowledgement ended; `later`: the end of an earlier row's. */
  row: 'delivered' | 'acknowledged' | 'later';
  /** Of its acknowledgement, or of its `term`; left out where there is none (yet). */
  outcome?: Outcome;
  instead?: Instead;
  error?: string;
}

/** How an operation on a key ended, or what a watcher was sent. */
export interface KvStatus {
  outcome: Outcome;
  /** What a read or a watcher found: a value, a marker of a deletion or purge, or nothing at all. */
  found?: 'value' | 'deleted' | 'purged' | 'nothing';
  /**
   * Why a conditional write was refused: another revision was there (`revision`), or another write to the key was under
   * way (`in-flight`), which need not have succeeded.
   */
  refused?: 'revision' | 'in-flight';
  /** Written before the workload began, and confirmed to be on every replica by then. */
  initial?: true;
  error?: string;
}

/** How an operation on something with a name, or a request, ended. */
export interface OperationStatus {
  outcome: Outcome;
  /**
   * An answer that says that it cannot be done: what is to be made is there already (`exists`), what is to be changed is
   * not there (`missing`), the account may have no more (`limit`).
   */
  refused?: 'exists' | 'missing' | 'limit';
  /** Why a request has no good answer: nobody was there to give one, or the service answered with an error. */
  reason?: 'no-responders' | 'error';
  /** What a read, or an answer, was: content that no write of this run explains (`other`), nothing
   * at all, or a name whose content does not come (`torn`). */
  found?: 'other' | 'nothing' | 'torn';
  /** Whether a user is allowed what it tried, by the permissions of the environment. */
  expected?: 'allowed' | 'denied';
  /** What became of it: its message arrived, the server refused it, both, or neither. */
  seen?: 'delivered' | 'refused' | 'both' | 'neither';
  /** The last look at an object, when nobody writes any more. */
  final?: true;
  error?: string;
}

/** What a code in column `status` may stand for. */
export type AnyStatus = PublishStatus | DeliveryStatus | KvStatus | OperationStatus;

/** What a code in column `status` of a workload's table stands for; written before the first row with that code. */
export interface StatusEvent {
  type: 'status';
  workload: string;
  code: number;
  status: AnyStatus;
}

/** What a code in column `key` of a workload's table stands for; written before the first row with that code. */
export interface KeyEvent {
  type: 'key';
  workload: string;
  code: number;
  key: string;
}

/** What a code in column `subject` of a stream's table stands for; written before the first row with that code. */
export interface SubjectEvent {
  type: 'subject';
  stream: string;
  code: number;
  subject: string;
}

/** What the run is to do, so that its history can be read and checked without its report. */
export interface RunEvent {
  type: 'run';
  runId: string;
  experiment: string;
  /** `cluster/stream`. */
  streams: readonly string[];
  /** By name; more of each than is said here is kept too. */
  workloads: Readonly<Record<string, { kind: string; target: string }>>;
  checks: readonly { kind: string; options: Record<string, unknown> }[];
}

/** What is rare enough to be written as an event of its own. */
export type RareEvent =
  | RunEvent
  | StreamAuditEvent
  | ConsumerAuditEvent
  | ConsumerDrainEvent
  | AssetsAuditEvent
  | LedgerAuditEvent
  | AssetChangeEvent
  | WorkloadEvent
  | PublishersEvent
  | StatusEvent
  | KeyEvent
  | SubjectEvent;

/** An event of a history as earlier versions wrote it: one line for each operation. */
export type HistoryEvent = PublishEvent | DeliverEvent | AckEvent | StoredEvent | RareEvent;
