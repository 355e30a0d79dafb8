import type { History } from '../../history/history.ts';
import type { Milliseconds } from '../../support/units.ts';
import { keyOperationsOf } from './key-operations.ts';
import { deliveriesOf, publishesOf, type Operation } from './operation.ts';
import { isOnKeys, isPublisher } from './workloads.ts';

/** The operations of workloads, in the order in which their outcomes were known; only some rows are in memory at once. */
export function* operationsOf(history: History, workloads: readonly string[]): Generator<Operation> {
  const heads = workloads.map((workload) => {
    const source = sourceOf(history, workload);
    return { source, next: source.next() };
  });
  try {
    for (;;) {
      let first: (typeof heads)[number] | undefined;
      for (const head of heads) {
        if (head.next.done === true) continue;
        if (first === undefined || endOf(head.next.value) < endOf(first.next.value as Operation))
          first = head;
      }
      if (first === undefined) return;
      yield first.next.value as Operation;
      first.next = first.source.next();
    }
  } finally {
    for (const { source } of heads) source.return(undefined);
  }
}

function sourceOf(history: History, workload: string): Generator<Operation> {
  if (isOnKeys(history, workload)) return keyOperationsOf(history, workload);
  return isPublisher(history, workload) ? publishesOf(history, workload) : deliveriesOf(history, workload);
}

function endOf({ t, latency, late }: Operation): Milliseconds {
  return t + (latency ?? 0) - (late ?? 0);
}
