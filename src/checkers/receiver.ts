import type { ConsumerAuditEvent } from '../history/events.ts';
import type { History } from '../history/reader.ts';
import { consumerAudit, storedIn, streamOf, targetOf } from './evidence.ts';
import type { Judge } from './judge.ts';

/** One consumer, with the workloads that read from it, and what they got. */
export interface Receiver {
  consumer: string;
  workloads: string[];
  /** Identities that were delivered to at least one of the workloads. */
  delivered: Set<string>;
  /** Identities whose acknowledgement the server has, by its own word. */
  confirmed: Set<string>;
  audit: ConsumerAuditEvent | undefined;
  /** Sequence of an identity in the consumer's stream. */
  seqOf: Map<string, number>;
}

/** The consumers behind the workloads of a check; a workload without any delivery, or audit, is a doubt. */
export function receiversOf(history: History, workloads: readonly string[], judge: Judge): Receiver[] {
  const byConsumer = new Map<string, string[]>();
  for (const workload of workloads) {
    const consumer = targetOf(history, workload);
    if (consumer === undefined) judge.doubt(`${workload} received nothing`);
    else byConsumer.set(consumer, [...(byConsumer.get(consumer) ?? []), workload]);
  }
  return [...byConsumer].map(([consumer, readers]) => {
    const receiver = receiverOf(history, consumer, readers);
    if (receiver.delivered.size === 0) judge.doubt(`${readers.join(' and ')} received nothing`);
    if (receiver.audit === undefined) judge.doubt(`the state of consumer ${consumer} was not read`);
    return receiver;
  });
}

function receiverOf(history: History, consumer: string, workloads: string[]): Receiver {
  const audit = consumerAudit(history, consumer);
  const known = audit?.complete === true ? audit : undefined;
  const idAt = new Map<number, string>();
  for (const event of history.deliveries) {
    if (event.consumer === consumer && event.id !== null) idAt.set(event.seq, event.id);
  }
  const confirmed = new Set<string>();
  for (const ack of history.acks) {
    const id = ack.consumer === consumer ? idAt.get(ack.seq) : undefined;
    // Without a confirmation the ack floor tells whether the acknowledgement arrived after all.
    const arrived = ack.outcome === 'ok' || (ack.outcome === 'unknown' && ack.seq <= (known?.ackFloor ?? 0));
    if (id !== undefined && arrived) confirmed.add(id);
  }
  const seqOf = new Map(
    storedIn(history, streamOf(consumer)).flatMap(({ id, seq }) => (id === null ? [] : [[id, seq]])),
  );
  return { consumer, workloads, delivered: new Set(idAt.values()), confirmed, audit: known, seqOf };
}
