import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type {
  AckEvent,
  ConsumerAuditEvent,
  DeliverEvent,
  HistoryEvent,
  PublishEvent,
  StoredEvent,
  StreamAuditEvent,
} from './events.ts';

/** A whole history, sorted by what happened; each list in the order of the file. */
export interface History {
  publishes: PublishEvent[];
  deliveries: DeliverEvent[];
  acks: AckEvent[];
  stored: StoredEvent[];
  streamAudits: StreamAuditEvent[];
  consumerAudits: ConsumerAuditEvent[];
  /** Workload name → what it worked on (`cluster/stream` or `cluster/stream/consumer`). */
  workloads: Record<string, { kind: string; target: string }>;
}

/** Reads a history file. @throws SyntaxError for a line that is not JSON */
export async function readHistory(path: string, workloads: History['workloads']): Promise<History> {
  const events: HistoryEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line !== '') events.push(JSON.parse(line) as HistoryEvent);
  }
  return historyOf(events, workloads);
}

export function historyOf(events: readonly HistoryEvent[], workloads: History['workloads']): History {
  const history: History = {
    publishes: [],
    deliveries: [],
    acks: [],
    stored: [],
    streamAudits: [],
    consumerAudits: [],
    workloads,
  };
  for (const event of events) {
    if (event.type === 'publish') history.publishes.push(event);
    else if (event.type === 'deliver') history.deliveries.push(event);
    else if (event.type === 'ack') history.acks.push(event);
    else if (event.type === 'stored') history.stored.push(event);
    else if (event.type === 'stream-audit') history.streamAudits.push(event);
    else if (event.type === 'consumer-audit') history.consumerAudits.push(event);
  }
  return history;
}
