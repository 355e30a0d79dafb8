import type { ConsumerAuditEvent, DrainOutcome } from '../history/events.ts';
import type { Evidence } from './evidence/evidence.ts';
import type { Received } from './evidence/received.ts';
import type { Judge } from './judge.ts';

/** One consumer, with the workloads of the check that read from it, and what it delivered. */
export interface Receiver {
  consumer: string;
  workloads: string[];
  received: Received;
  /** Of this run, it delivered no message at all. */
  isEmpty: boolean;
  audit: ConsumerAuditEvent | undefined;
  /** Why it could not get the rest, in words; undefined where it could have got everything. */
  hindrance: string | undefined;
}

/** The consumers behind the workloads of a check; a workload without any delivery, or audit, makes the finding inconclusive. */
export function receiversOf(evidence: Evidence, workloads: readonly string[], judge: Judge): Receiver[] {
  const byConsumer = new Map<string, string[]>();
  for (const workload of workloads) {
    const consumer = evidence.targetOf(workload);
    if (consumer === undefined) judge.inconclusive(`${workload} received nothing`);
    else byConsumer.set(consumer, [...(byConsumer.get(consumer) ?? []), workload]);
  }
  return [...byConsumer].map(([consumer, readers]) => {
    const receiver = receiverOf(evidence, consumer, readers);
    if (receiver.isEmpty) {
      const why = receiver.hindrance === undefined ? '' : ` (${receiver.hindrance})`;
      judge.inconclusive(`${readers.join(' and ')} received nothing${why}`);
    }
    if (receiver.audit === undefined && evidence.acknowledges(consumer))
      judge.inconclusive(`the state of consumer ${consumer} was not read`);
    return receiver;
  });
}

function receiverOf(evidence: Evidence, consumer: string, workloads: string[]): Receiver {
  const audit = evidence.consumerAudit(consumer);
  const known = audit?.complete === true ? audit : undefined;
  const received = evidence.received(consumer);
  const isEmpty = [...received.confirmed, ...received.delivered].every(
    (numbers) => (numbers?.size ?? 0) === 0,
  );
  return { consumer, workloads, received, isEmpty, audit: known, hindrance: hindranceOf(evidence, consumer) };
}

/** With these outcomes it got everything, or could have. */
const COULD: readonly DrainOutcome[] = ['drained', 'stalled', 'gone'];

export function hindranceOf(evidence: Evidence, consumer: string): string | undefined {
  if (evidence.isRefiltered(consumer)) return 'an action has changed which messages it gets';
  const { history } = evidence;
  const drain = history.consumerDrains.findLast((event) => event.consumer === consumer);
  return drain === undefined || COULD.includes(drain.outcome) ? undefined : drain.text;
}
