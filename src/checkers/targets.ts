import { streamOf } from '../support/stream-of.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Judge } from './judge.ts';

/** The streams that were to be published to, whether or not anything was. */
export function publishedTo({ history }: Evidence): string[] {
  const planned = Object.values(history.workloads).filter(({ kind }) => kind === 'publish');
  return [...new Set(planned.map(({ target }) => target))];
}

/** The consumers of workloads; a workload that received nothing makes the finding inconclusive. */
export function consumersOf(evidence: Evidence, received: readonly string[], judge: Judge): string[] {
  const consumers = new Set<string>();
  for (const workload of received) {
    const consumer = evidence.targetOf(workload);
    if (consumer !== undefined) consumers.add(consumer);
    const order = consumer === undefined ? undefined : evidence.received(consumer).orders.get(workload);
    if (order === undefined || order.deliveries === 0) judge.inconclusive(`${workload} received nothing`);
  }
  return [...consumers];
}

/** The streams that a check names, those that its workloads receive from, and those that are published to. */
export function streamsOf(
  evidence: Evidence,
  named: readonly string[],
  consumers: readonly string[],
): string[] {
  return [...new Set([...named, ...consumers.map(streamOf), ...publishedTo(evidence)])];
}
