import type { DeliveryStatus, PublishStatus } from '../../src/history/events.ts';
import type { History } from '../../src/history/history.ts';

/** One publish as an object, for tests of few messages. */
export interface PublishRow extends PublishStatus {
  n: number;
  t: number;
  latencyMs: number;
  seq: number;
  id: string | null;
}

/** One delivery as an object; `ackedMs` where its acknowledgement has an outcome. */
export interface DeliveryRow extends DeliveryStatus {
  t: number;
  seq: number;
  id: string | null;
  deliveries: number;
  ackedMs: number;
}

export function publishesOf(history: History, workload: string): PublishRow[] {
  const statuses = history.publishStatuses(workload);
  const by = history.publishers.indexOf(workload);
  return eachBatch(history.publishes(workload), (rows) =>
    Array.from({ length: rows.length }, (_, row) => ({
      n: at(rows.n, row),
      t: at(rows.t, row),
      latencyMs: at(rows.latency, row) / 1000,
      seq: at(rows.seq, row),
      id: history.identity(by, at(rows.n, row)),
      ...(statuses[at(rows.status, row)] as PublishStatus),
    })),
  );
}

export function deliveriesOf(history: History, workload: string): DeliveryRow[] {
  const statuses = history.deliveryStatuses(workload);
  return eachBatch(history.deliveries(workload), (rows) =>
    Array.from({ length: rows.length }, (_, row) => ({
      t: at(rows.t, row),
      seq: at(rows.seq, row),
      id: history.identity(at(rows.by, row), at(rows.n, row)),
      deliveries: at(rows.deliveries, row),
      ackedMs: at(rows.acked, row) / 1000,
      ...(statuses[at(rows.status, row)] as DeliveryStatus),
    })),
  );
}

/** A batch is only valid until the next one is read. */
function eachBatch<B, R>(batches: Iterable<B>, rowsOf: (batch: B) => R[]): R[] {
  const all: R[] = [];
  for (const batch of batches) for (const row of rowsOf(batch)) all.push(row);
  return all;
}

function at(column: Readonly<ArrayLike<number>>, row: number): number {
  return column[row] as number;
}
