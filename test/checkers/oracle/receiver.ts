import type { ConsumerAuditEvent, DrainOutcome } from '../../../src/history/events.ts';
import type { History } from './reader.ts';
import { consumerAudit, storedIn, targetOf } from './evidence.ts';
import { streamOf } from '../../../src/support/stream-of.ts';
import type { Judge } from './judge.ts';

/** One consumer, with the workloads that read from it, and what they got. */
export interface Receiver {
  consumer: string;
  workloads: string[];
  /** Identities that were delivered to at least one of the workloads. */
  delivered: Set<string>;
  /** Identities whose acknowledgement the server has confirmed. */
  confirmed: Set<string>;
  /** Identities of which an acknowledgement was sent and never answered, so that the server may have it or not. */
  unanswered: Set<string>;
  audit: ConsumerAuditEvent | undefined;
  /** Why it could not get the rest, in words; undefined where it could have got everything. */
  hindrance: string | undefined;
  /** Sequence of an identity in the consumer's stream. */
  seqOf: Map<string, number>;
}

/** The consumers behind the workloads of a check; a workload without any delivery, or audit, makes the finding inconclusive. */
export function receiversOf(history: History, workloads: readonly string[], judge: Judge): Receiver[] {
  const byConsumer = new Map<string, string[]>();
  for (const workload of workloads) {
    const consumer = targetOf(history, workload);
    if (consumer === undefined) judge.inconclusive(`${workload} received nothing`);
    else byConsumer.set(consumer, [...(byConsumer.get(consumer) ?? []), workload]);
  }
  return [...byConsumer].map(([consumer, readers]) => {
    const receiver = receiverOf(history, consumer, readers);
    if (receiver.delivered.size === 0) {
      const why = receiver.hindrance === undefined ? '' : ` (${receiver.hindrance})`;
      judge.inconclusive(`${readers.join(' and ')} received nothing${why}`);
    }
    if (receiver.audit === undefined) judge.inconclusive(`the state of consumer ${consumer} was not read`);
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
  const unanswered = new Set<string>();
  for (const ack of history.acks) {
    const id = ack.consumer === consumer ? idAt.get(ack.seq) : undefined;
    // Without a confirmation the ack floor shows whether the acknowledgement arrived after all.
    const arrived = ack.outcome === 'ok' || (ack.outcome === 'unknown' && ack.seq <= (known?.ackFloor ?? 0));
    if (id === undefined) continue;
    if (arrived) confirmed.add(id);
    else if (ack.outcome === 'unknown') unanswered.add(id);
  }
  const seqOf = new Map(
    storedIn(history, streamOf(consumer)).flatMap(({ id, seq }) => (id === null ? [] : [[id, seq]])),
  );
  const delivered = new Set(idAt.values());
  const hindrance = hindranceOf(history, consumer);
  return { consumer, workloads, delivered, confirmed, unanswered, audit: known, hindrance, seqOf };
}

/** With these outcomes it got everything, or could have. */
const COULD: readonly DrainOutcome[] = ['drained', 'stalled', 'gone'];

function hindranceOf(history: History, consumer: string): string | undefined {
  const drain = history.consumerDrains.findLast((event) => event.consumer === consumer);
  return drain === undefined || COULD.includes(drain.outcome) ? undefined : drain.text;
}
