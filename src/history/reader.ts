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
  /** The file ends in the middle of an event, which was left out: what wrote it died. */
  torn?: boolean;
}

/**
 * Reads a history file. An incomplete last line is left out, and `torn` then says so.
 *
 * @throws SyntaxError with its number for any other line that is not an event
 */
export async function readHistory(path: string, workloads: History['workloads']): Promise<History> {
  const history = emptyHistory(workloads);
  let number = 0;
  let broken: { number: number; cause: unknown } | undefined;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (broken !== undefined) break;
    if (line === '') continue;
    try {
      add(history, JSON.parse(line) as HistoryEvent);
    } catch (cause) {
      broken = { number, cause };
    }
  }
  if (broken === undefined) return history;
  if (broken.number === number) return { ...history, torn: true };
  throw new SyntaxError(`${path}:${broken.number}: not an event of a history`, { cause: broken.cause });
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
    case 'workload':
      return;
  }
}
