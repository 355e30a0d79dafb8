import type { History } from '../../history/history.ts';
import { KV_OPERATIONS } from '../../history/kv-log.ts';
import { areOperations } from '../../history/operations.ts';
import { inOrder, type Sorted } from '../../history/in-order.ts';

type Columns = readonly Float64Array[];

/** Messages that a workload published, in the order of their ends: end, beginning, 1 for an acknowledgement, sequence. */
export function publishesInTime(history: History, workload: string): Generator<Sorted> {
  const isOk = history.publishStatuses(workload).map(({ outcome }) => outcome === 'ok');
  return inOrder(history.publishes(workload), 4, (rows, columns, at) => {
    const [ends, starts, oks, sequences] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const { t, latency, status, seq, length } = rows;
    for (let row = 0; row < length; row += 1) {
      const start = t[row] as number;
      starts[at + row] = start;
      ends[at + row] = start + (latency[row] as number) / 1000;
      oks[at + row] = isOk[status[row] as number] === true ? 1 : 0;
      sequences[at + row] = seq[row] as number;
    }
    return length;
  });
}

/** The same of what the clients of a bucket did; a condition that did not hold is an answer, and as good as any. */
export function keyOperationsInTime(history: History, workload: string): Generator<Sorted> {
  const isOk = history
    .kvStatuses(workload)
    .map(({ outcome, refused }) => outcome === 'ok' || refused !== undefined);
  return inOrder(history.kv(workload), 4, (rows, columns, at) => {
    const [ends, starts, oks, revisions] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const { t, latency, status, op, revision, length } = rows;
    let to = at;
    for (let row = 0; row < length; row += 1) {
      if (KV_OPERATIONS[op[row] as number] === 'watch') continue;
      const start = t[row] as number;
      starts[to] = start;
      ends[to] = start + (latency[row] as number) / 1000;
      oks[to] = isOk[status[row] as number] === true ? 1 : 0;
      revisions[to] = revision[row] as number;
      to += 1;
    }
    return to - at;
  });
}

/** The same of operations on things with names, and of requests: no sequence, but the same four columns. */
export function operationsInTime(history: History, workload: string): Generator<Sorted> {
  const isOk = history
    .operationStatuses(workload)
    .map(({ outcome, refused }) => outcome === 'ok' || refused !== undefined);
  const isOwn = areOperations(history.workloads[workload]?.kind);
  return inOrder(history.operations(workload), 4, (rows, columns, at) => {
    const [ends, starts, oks] = columns as [Float64Array, Float64Array, Float64Array];
    const { t, latency, status, op, length } = rows;
    let to = at;
    for (let row = 0; row < length; row += 1) {
      if (isOwn[op[row] as number] !== true) continue;
      const start = t[row] as number;
      starts[to] = start;
      ends[to] = start + (latency[row] as number) / 1000;
      oks[to] = isOk[status[row] as number] === true ? 1 : 0;
      to += 1;
    }
    return to - at;
  });
}

/** Deliveries to a workload, in the order of time: when, sequence. */
export function deliveriesInTime(history: History, workload: string): Generator<Sorted> {
  const isDelivery = history.deliveryStatuses(workload).map(({ row }) => row !== 'later');
  return inOrder(history.deliveries(workload), 2, ({ t, seq, status, length }, columns: Columns, at) => {
    const [times, sequences] = columns as [Float64Array, Float64Array];
    let to = at;
    for (let row = 0; row < length; row += 1) {
      if (isDelivery[status[row] as number] !== true) continue;
      times[to] = t[row] as number;
      sequences[to] = seq[row] as number;
      to += 1;
    }
    return to - at;
  });
}

/** When acknowledgements of a workload were confirmed, in the order of time. */
export function confirmationsInTime(history: History, workload: string): Generator<Sorted> {
  const isOk = history.deliveryStatuses(workload).map(({ outcome }) => outcome === 'ok');
  return inOrder(history.deliveries(workload), 1, ({ t, acked, status, length }, columns: Columns, at) => {
    const [times] = columns as [Float64Array];
    let to = at;
    for (let row = 0; row < length; row += 1) {
      if (isOk[status[row] as number] !== true) continue;
      times[to] = (t[row] as number) + (acked[row] as number) / 1000;
      to += 1;
    }
    return to - at;
  });
}
