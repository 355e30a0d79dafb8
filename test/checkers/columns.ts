import { DELIVERED, DeliveryLog } from '../../src/history/delivery-log.ts';
import type {
  AckEvent,
  DeliverEvent,
  DeliveryStatus,
  HistoryEvent,
  PublishEvent,
  PublishStatus,
} from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';
import { historyOf } from '../../src/history/in-memory.ts';
import { PublishLog } from '../../src/history/publish-log.ts';
import { MemoryTable } from '../../src/history/tables/memory-table.ts';
import {
  DELIVERIES,
  FOREIGN,
  PUBLISHES,
  type STORED,
  type Rows,
  type Table,
} from '../../src/history/tables/table.ts';

/**
 * The history that workloads write of these events: a delivery has one row, at the time of its acknowledgement, but for
 * every `late`-th; in batches of `size` rows.
 */
export function columnsOf(
  events: readonly HistoryEvent[],
  workloads: History['workloads'],
  { size, late }: { size: number; late: number },
): History {
  const plain = historyOf(events, workloads);
  const names = Object.keys(workloads);
  const logs = new Map(
    names.map((name) => [name, { ...publishesOf(events, name), ...deliveriesOf(events, name, late, plain) }]),
  );
  return {
    ...pick(plain),
    identity: (by, n) => plain.identity(by, n),
    publishes: (name) => cut(logs.get(name)?.published, size),
    deliveries: (name) => cut(logs.get(name)?.delivered, size),
    stored: (stream) => [...plain.stored(stream)].flatMap((rows) => [...pieces<typeof STORED>(rows, size)]),
    kv: () => [],
    kvStatuses: () => [],
    kvKeys: () => [],
    operations: () => [],
    operationStatuses: () => [],
    operationKeys: () => [],
    publishStatuses: (name) => logs.get(name)?.publishStatuses ?? [],
    deliveryStatuses: (name) => logs.get(name)?.deliveryStatuses ?? [],
    subjects: (stream) => plain.subjects(stream),
  };
}

function pick(history: History) {
  const { publishers, streamAudits, consumerAudits, consumerDrains, marks, workloads } = history;
  const { assetsAudits, assetChanges, ledgerAudits } = history;
  const audits = { streamAudits, consumerAudits, assetsAudits, ledgerAudits };
  return { publishers, ...audits, consumerDrains, assetChanges, marks, workloads };
}

function publishesOf(events: readonly HistoryEvent[], name: string) {
  const published = new MemoryTable(PUBLISHES);
  const publishStatuses: PublishStatus[] = [];
  const log = new PublishLog(published, name, ({ code, status }) => {
    publishStatuses[code] = status as PublishStatus;
  });
  const own = events.filter(
    (event): event is PublishEvent => event.type === 'publish' && event.workload === name,
  );
  for (const { n, t, latencyMs, endedAt, seq, outcome, attempts, crossedReconnect } of own) {
    const status = { outcome, attempts, ...(crossedReconnect === undefined ? {} : { crossedReconnect }) };
    log.append(n, t, 0, latencyMs ?? (endedAt ?? t) - t, seq ?? 0, log.codeOf(status));
  }
  return { published, publishStatuses };
}

function deliveriesOf(events: readonly HistoryEvent[], name: string, late: number, plain: History) {
  const delivered = new MemoryTable(DELIVERIES);
  const deliveryStatuses: DeliveryStatus[] = [];
  const log = new DeliveryLog(delivered, name, ({ code, status }) => {
    deliveryStatuses[code] = status as DeliveryStatus;
  });
  const own = events.filter(
    (event): event is DeliverEvent | AckEvent =>
      (event.type === 'deliver' || event.type === 'ack') && event.workload === name,
  );
  const append = ({ t, seq, id, deliveries }: DeliverEvent, ackedMs: number, status: number): void => {
    const [, publisher = '', n = '0'] = id?.split('/') ?? [];
    const by = id === null ? FOREIGN : plain.publishers.indexOf(publisher);
    log.append(t, seq, by, id === null ? 0 : Number(n), deliveries, ackedMs, status);
  };
  const open = new Map<number, { event: DeliverEvent; isLate: boolean }[]>();
  let count = 0;
  for (const event of own) {
    if (event.type === 'deliver') {
      const isLate = ++count % late === 0;
      if (isLate) append(event, 0, DELIVERED);
      open.set(event.seq, [...(open.get(event.seq) ?? []), { event, isLate }]);
      continue;
    }
    const of = open.get(event.seq)?.pop();
    if (of === undefined) continue;
    const row = of.isLate ? ('later' as const) : ('acknowledged' as const);
    append(of.event, event.t - of.event.t, log.codeOf({ row, outcome: event.outcome }));
  }
  for (const left of open.values())
    for (const { event, isLate } of left) if (!isLate) append(event, 0, DELIVERED);
  return { delivered, deliveryStatuses };
}

function cut<T extends Table>(table: MemoryTable<T> | undefined, size: number): Iterable<Rows<T>> {
  return table === undefined ? [] : [...pieces(table.rows(), size)];
}

function* pieces<T extends Table>(rows: Rows<T>, size: number): Generator<Rows<T>> {
  for (let from = 0; from < rows.length; from += size) {
    const to = Math.min(rows.length, from + size);
    const columns = Object.entries(rows)
      .filter(([name]) => name !== 'length')
      .map(([name, column]) => [name, (column as unknown as Uint32Array).subarray(from, to)]);
    yield { ...Object.fromEntries(columns), length: to - from } as Rows<T>;
  }
}
