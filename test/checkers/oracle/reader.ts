import type {
  AckEvent,
  ConsumerAuditEvent,
  ConsumerDrainEvent,
  DeliverEvent,
  HistoryEvent,
  PublishEvent,
  StoredEvent,
  StreamAuditEvent,
  WorkloadEvent,
} from '../../../src/history/events.ts';
import type { Milliseconds } from '../../../src/support/units.ts';

/** What a workload was to do, as far as it takes to read its events. */
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
}

/** A whole history, sorted by what happened; each list in the order of the file. */
export interface History {
  publishes: PublishEvent[];
  deliveries: DeliverEvent[];
  acks: AckEvent[];
  stored: StoredEvent[];
  streamAudits: StreamAuditEvent[];
  consumerAudits: ConsumerAuditEvent[];
  /** Empty in a history of an earlier version. */
  consumerDrains: ConsumerDrainEvent[];
  /** When workloads started, paused, resumed and stopped. */
  marks: WorkloadEvent[];
  /** By name. */
  workloads: Record<string, WorkloadFacts>;
  /** The file ends in the middle of an event, which was left out: what wrote it died. */
  torn?: boolean;
}

export function historyOf(events: Iterable<HistoryEvent>, workloads: History['workloads']): History {
  const history = emptyHistory(workloads);
  for (const event of events) add(history, event);
  return history;
}

function emptyHistory(workloads: History['workloads']): History {
  return {
    publishes: [],
    deliveries: [],
    acks: [],
    stored: [],
    streamAudits: [],
    consumerAudits: [],
    consumerDrains: [],
    marks: [],
    workloads,
  };
}

function add(history: History, event: HistoryEvent): void {
  switch (event.type) {
    case 'publish':
      return void history.publishes.push(event);
    case 'deliver':
      return void history.deliveries.push(event);
    case 'ack':
      return void history.acks.push(event);
    case 'stored':
      return void history.stored.push(event);
    case 'stream-audit':
      return void history.streamAudits.push(event);
    case 'consumer-audit':
      return void history.consumerAudits.push(event);
    case 'consumer-drain':
      return void history.consumerDrains.push(event);
    case 'workload':
      return void history.marks.push(event);
    case 'run':
    case 'key':
    case 'asset-change':
    case 'assets-audit':
    case 'ledger-audit':
    case 'publishers':
    case 'status':
    case 'subject':
      return;
  }
}
