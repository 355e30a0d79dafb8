import { createHash } from 'node:crypto';
import type {
  AckEvent,
  DeliverEvent,
  DeliveryStatus,
  HistoryEvent,
  PublishEvent,
  PublishStatus,
  StoredEvent,
} from './events.ts';
import { DeliveryLog, DELIVERED } from './delivery-log.ts';
import type { History } from './history.ts';
import { PublishLog } from './publish-log.ts';
import { StoredLog } from './stored-log.ts';
import { DELIVERIES, FOREIGN, PUBLISHES, STORED, type Rows, type Table } from './tables/table.ts';
import { MemoryTable } from './tables/memory-table.ts';
import { madeOnce } from '../support/made-once.ts';

/** A history made of events, one for each operation, as earlier versions wrote them. */
export function historyOf(events: Iterable<HistoryEvent>, workloads: History['workloads']): History {
  const history = new MemoryHistory(workloads);
  for (const event of events) history.add(event);
  return history;
}

type Publishes = { table: MemoryTable<typeof PUBLISHES>; log: PublishLog; statuses: PublishStatus[] };
type Deliveries = {
  table: MemoryTable<typeof DELIVERIES>;
  log: DeliveryLog;
  statuses: DeliveryStatus[];
  /** By sequence, the last one. */
  last: Map<number, DeliverEvent>;
};
type Stored = { table: MemoryTable<typeof STORED>; log: StoredLog; subjects: string[] };

class MemoryHistory implements History {
  readonly streamAudits: History['streamAudits'] = [];
  readonly consumerAudits: History['consumerAudits'] = [];
  readonly consumerDrains: History['consumerDrains'] = [];
  readonly assetsAudits: History['assetsAudits'] = [];
  readonly ledgerAudits: History['ledgerAudits'] = [];
  readonly assetChanges: History['assetChanges'] = [];
  readonly marks: History['marks'] = [];
  readonly workloads: History['workloads'];
  readonly publishers: string[] = [];
  #runId = '';
  readonly #publishes = new Map<string, Publishes>();
  readonly #deliveries = new Map<string, Deliveries>();
  readonly #stored = new Map<string, Stored>();

  constructor(workloads: History['workloads']) {
    this.workloads = { ...workloads };
  }

  publishes(workload: string): Iterable<Rows<typeof PUBLISHES>> {
    return batches(this.#publishes.get(workload)?.table);
  }

  deliveries(workload: string): Iterable<Rows<typeof DELIVERIES>> {
    return batches(this.#deliveries.get(workload)?.table);
  }

  stored(stream: string): Iterable<Rows<typeof STORED>> {
    return batches(this.#stored.get(stream)?.table);
  }

  /** Earlier versions had no workload on keys. */
  kv(): Iterable<never> {
    return [];
  }

  publishStatuses(workload: string) {
    return this.#publishes.get(workload)?.statuses ?? [];
  }

  deliveryStatuses(workload: string) {
    return this.#deliveries.get(workload)?.statuses ?? [];
  }

  kvStatuses() {
    return [];
  }

  kvKeys() {
    return [];
  }

  /** Nor any on things with names. */
  operations(): Iterable<never> {
    return [];
  }

  operationStatuses() {
    return [];
  }

  operationKeys() {
    return [];
  }

  subjects(stream: string) {
    return this.#stored.get(stream)?.subjects ?? [];
  }

  identity(by: number, n: number): string | null {
    const publisher = this.publishers[by];
    return publisher === undefined ? null : `${this.#runId}/${publisher}/${n}`;
  }

  add(event: HistoryEvent): void {
    switch (event.type) {
      case 'publish': {
        this.#publish(event);
        return;
      }
      case 'deliver': {
        this.#deliver(event);
        return;
      }
      case 'ack': {
        this.#ack(event);
        return;
      }
      case 'stored': {
        this.#store(event);
        return;
      }
      case 'stream-audit':
        return void this.streamAudits.push(event);
      case 'consumer-audit':
        return void this.consumerAudits.push(event);
      case 'consumer-drain':
        return void this.consumerDrains.push(event);
      case 'assets-audit':
        return void this.assetsAudits.push(event);
      case 'ledger-audit':
        return void this.ledgerAudits.push(event);
      case 'asset-change':
        return void this.assetChanges.push(event);
      case 'workload':
        return void this.marks.push(event);
      case 'run':
      case 'key':
      case 'publishers':
      case 'status':
      case 'subject':
        return;
    }
  }

  #publish(event: PublishEvent): void {
    const { workload, n, t, latencyMs, endedAt, seq, stream, id } = event;
    this.#known(workload, 'publish', stream);
    this.#identityOf(id);
    const { log } = this.#publishesOf(workload);
    const { outcome, attempts, duplicate, crossedReconnect, error } = event;
    const status: PublishStatus = {
      outcome,
      attempts,
      ...(duplicate === undefined ? {} : { duplicate }),
      ...(crossedReconnect === undefined ? {} : { crossedReconnect }),
      ...(error === undefined ? {} : { error }),
    };
    log.append(n, t, 0, latencyMs ?? (endedAt ?? t) - t, seq ?? 0, log.codeOf(status));
  }

  #deliver(event: DeliverEvent): void {
    const { workload, consumer, t, seq, deliveries } = event;
    this.#known(workload, 'consume', consumer);
    const { log, last } = this.#deliveriesOf(workload);
    const { by, n } = this.#identityOf(event.id);
    last.set(seq, event);
    log.append(t, seq, by, n, deliveries, 0, DELIVERED);
  }

  #ack(event: AckEvent): void {
    const { workload, consumer, t, seq, outcome, error } = event;
    this.#known(workload, 'consume', consumer);
    const { log, last } = this.#deliveriesOf(workload);
    const delivery = last.get(seq);
    const { by, n } = this.#identityOf(delivery?.id ?? null);
    const deliveredAt = delivery?.t ?? t;
    const status = log.codeOf({ row: 'later', outcome, ...(error === undefined ? {} : { error }) });
    log.append(deliveredAt, seq, by, n, delivery?.deliveries ?? 1, t - deliveredAt, status);
  }

  #store({ stream, seq, subject, id, digest }: StoredEvent): void {
    const { by, n } = this.#identityOf(id);
    this.#storedOf(stream).log.append(seq, subject, by, n, halves(digest));
  }

  #publishesOf(workload: string): Publishes {
    return madeOnce(this.#publishes, workload, () => {
      const table = new MemoryTable(PUBLISHES);
      const statuses: PublishStatus[] = [];
      const log = new PublishLog(
        table,
        workload,
        ({ code, status }) => (statuses[code] = status as PublishStatus),
      );
      return { table, log, statuses };
    });
  }

  #deliveriesOf(workload: string): Deliveries {
    return madeOnce(this.#deliveries, workload, () => {
      const table = new MemoryTable(DELIVERIES);
      const statuses: DeliveryStatus[] = [];
      const log = new DeliveryLog(
        table,
        workload,
        ({ code, status }) => (statuses[code] = status as DeliveryStatus),
      );
      return { table, log, statuses, last: new Map<number, DeliverEvent>() };
    });
  }

  #storedOf(stream: string): Stored {
    return madeOnce(this.#stored, stream, () => {
      const table = new MemoryTable(STORED);
      const subjects: string[] = [];
      const log = new StoredLog(table, stream, ({ code, subject }) => (subjects[code] = subject));
      return { table, log, subjects };
    });
  }

  /** A report of an earlier version may not say what a workload was to do; its own events do. */
  #known(workload: string, kind: string, target: string): void {
    this.workloads[workload] ??= { kind, target };
  }

  /** Reads `<run>/<workload>/<n>`. */
  #identityOf(id: string | null): { by: number; n: number } {
    if (id === null) return { by: FOREIGN, n: 0 };
    const [runId = '', publisher = '', n = '0'] = id.split('/');
    this.#runId ||= runId;
    const known = this.publishers.indexOf(publisher);
    return { by: known >= 0 ? known : this.publishers.push(publisher) - 1, n: Number(n) };
  }
}

function batches<T extends Table>(table: MemoryTable<T> | undefined): Iterable<Rows<T>> {
  return table === undefined ? [] : [table.rows()];
}

function halves(digest: string): [high: number, low: number] {
  const hex = /^[0-9a-f]{16}$/.test(digest) ? digest : createHash('sha256').update(digest).digest('hex');
  return [Number.parseInt(hex.slice(0, 8), 16), Number.parseInt(hex.slice(8, 16), 16)];
}
