import type {
  AssetsAuditEvent,
  AssetChangeEvent,
  ConsumerAuditEvent,
  ConsumerDrainEvent,
  DeliveryStatus,
  KvStatus,
  LedgerAuditEvent,
  OperationStatus,
  PublishStatus,
  StreamAuditEvent,
  WorkloadEvent,
} from './events.ts';
import type { DeliveryRows, KvRows, OperationRows, PublishRows, StoredRows } from './tables/table.ts';
import type { MessageSize } from '../support/message-sizes.ts';
import type { Milliseconds } from '../support/units.ts';

/** What a workload was to do, as far as it takes to read its operations. */
export interface WorkloadFacts {
  kind: string;
  /** `cluster/stream` or `cluster/stream/consumer`. */
  target: string;
  /** From one operation to the next, by its own choice: a publisher's pace, a consumer's work on a message. */
  everyMs?: Milliseconds;
  /** After so many messages it is done. */
  count?: number;
  /** Publishers whose messages it is to receive; consumers only. */
  receivesFrom?: readonly string[];
  /** Of these publishers it is to receive only a part: those on subjects that its consumer's filter matches. */
  receivesPart?: Readonly<Record<string, ReceivedPart>>;
  /** False for a consumer that acknowledges nothing: what was delivered has been received. */
  acknowledges?: false;
  /** How many members share what it consumes; default 1. */
  members?: number;
  /** The keys of its bucket may expire by age, so that one that was written may be absent; `kv` only. */
  mayExpire?: boolean;
  /** How many publishers share its numbers, in turn: message `n` is of publisher `(n - 1) % publishers`; default 1. */
  publishers?: number;
  /** What its messages look like; `publish` only, and left out in a history of an earlier version. */
  sends?: Sends;
}

/** Message `n` of a workload goes to one subject, and has one size: its body follows from its identity and its size. */
export interface Sends {
  /** A template: message `n` goes to its subject `(n - 1) % length`. */
  subject: string;
  size: MessageSize;
}

/** Of a publisher that takes `of` subjects in turn, message `n` is received if `(n - 1) % of` is one of these places. */
export interface ReceivedPart {
  of: number;
  places: readonly number[];
}

/**
 * A whole history. What happened to single messages is read in batches of rows, which may be read any number of times; a
 * batch is only valid until the next one is read. Each list is in the order of the file.
 */
export interface History {
  /** The messages that a workload published, in the order in which their outcomes were known. */
  publishes(workload: string): Iterable<PublishRows>;
  /** What was delivered to a workload, in the order in which it was written. */
  deliveries(workload: string): Iterable<DeliveryRows>;
  /** What was read back from a stream, in the order of sequence. */
  stored(stream: string): Iterable<StoredRows>;
  /** The operations of a workload on the keys of a bucket, in the order in which their outcomes were known. */
  kv(workload: string): Iterable<KvRows>;
  /** The operations of a workload on things with names, or its requests, in the order in which outcomes were known. */
  operations(workload: string): Iterable<OperationRows>;
  /** By code, of the rows of `publishes`. */
  publishStatuses(workload: string): readonly PublishStatus[];
  /** By code, of the rows of `deliveries`. */
  deliveryStatuses(workload: string): readonly DeliveryStatus[];
  /** By code, of the rows of `kv`. */
  kvStatuses(workload: string): readonly KvStatus[];
  /** By code, of the rows of `kv`. */
  kvKeys(workload: string): readonly string[];
  /** By code, of the rows of `operations`. */
  operationStatuses(workload: string): readonly OperationStatus[];
  /** By code, of the rows of `operations`: what they were about. */
  operationKeys(workload: string): readonly string[];
  /** By code, of the rows of `stored`. */
  subjects(stream: string): readonly string[];
  /** By code, of the columns `by`. */
  publishers: readonly string[];
  /** The identity of a message, as its body begins with it: `<run>/<workload>/<n>`; null for a message of others. */
  identity(by: number, n: number): string | null;
  streamAudits: StreamAuditEvent[];
  consumerAudits: ConsumerAuditEvent[];
  /** Empty in a history of an earlier version. */
  consumerDrains: ConsumerDrainEvent[];
  /** What nodes held of the streams of `assets` workloads. */
  assetsAudits: AssetsAuditEvent[];
  /** What ledger workloads read. Empty in a history of an earlier version. */
  ledgerAudits: LedgerAuditEvent[];
  /** What actions have changed about streams and consumers. Empty in a history of an earlier version. */
  assetChanges: AssetChangeEvent[];
  /** When workloads started, paused, resumed and stopped. */
  marks: WorkloadEvent[];
  /** By name. */
  workloads: Record<string, WorkloadFacts>;
  /** A file ends in the middle of something, which was left out: what wrote it died. */
  torn?: boolean;
}
