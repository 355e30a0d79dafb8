import type { ConsumerAuditEvent, StoredEvent, StreamAuditEvent } from '../../../src/history/events.ts';
import type { History } from './reader.ts';
import type { Judge } from './judge.ts';

/** The target of a workload, by the run's own list or by its events. */
export function targetOf(history: History, workload: string): string | undefined {
  return (
    history.workloads[workload]?.target ??
    history.publishes.find((event) => event.workload === workload)?.stream ??
    history.deliveries.find((event) => event.workload === workload)?.consumer
  );
}

export function streamAudit(history: History, stream: string): StreamAuditEvent | undefined {
  return history.streamAudits.findLast((audit) => audit.stream === stream);
}

export function consumerAudit(history: History, consumer: string): ConsumerAuditEvent | undefined {
  return history.consumerAudits.findLast((audit) => audit.consumer === consumer);
}

/** The messages that were read back from a stream, in the order of sequence. */
export function storedIn(history: History, stream: string): StoredEvent[] {
  return history.stored.filter((event) => event.stream === stream).sort((a, b) => a.seq - b.seq);
}

/** The audit of a stream that was read to its end; otherwise undefined, and the finding is inconclusive. */
export function wholeStream(history: History, stream: string, judge: Judge): StreamAuditEvent | undefined {
  const audit = streamAudit(history, stream);
  if (audit?.complete === true) return audit;
  const reason = audit?.error === undefined ? '' : `: ${audit.error}`;
  judge.inconclusive(
    audit === undefined
      ? `stream ${stream} was not read back`
      : `stream ${stream} was not read back to its end${reason}`,
  );
  return undefined;
}

/** The workload's part of an identity, and its number there. */
export function publisherOf(id: string): { publisher: string; n: number } {
  const [, publisher = '', n = '0'] = id.split('/');
  return { publisher, n: Number(n) };
}
