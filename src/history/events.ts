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
  /** SHA-256 of the body, first 16 hex digits. */
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
  /** `cluster/stream` that it mirrors. */
  mirrorOf?: string;
  /** The cluster knows no such stream any more: it holds nothing, and that is a whole reading. */
  gone?: true;
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
  error?: string;
}

/** A workload paused, resumed or ended. */
export interface WorkloadEvent {
  type: 'workload';
  t: Milliseconds;
  workload: string;
  mark: 'started' | 'paused' | 'resumed' | 'stopped';
  /** Why, and after how many messages. */
  note?: string;
}

export type HistoryEvent =
  | PublishEvent
  | DeliverEvent
  | AckEvent
  | StoredEvent
  | StreamAuditEvent
  | ConsumerAuditEvent
  | WorkloadEvent;
