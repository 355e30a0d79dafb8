import { strictObject, Type, type Static } from '../support/schema.ts';
import type { DeliverEvent, PublishEvent, StoredEvent } from '../history/events.ts';
import type { Checker } from './checker.ts';
import { publisherOf, storedIn, streamOf, targetOf, wholeStream } from './evidence.ts';
import { receivedField } from './fields.ts';
import { Judge } from './judge.ts';

const schema = strictObject(
  {
    kind: Type.Literal('ordered'),
    received: receivedField('Consume workloads whose first deliveries must be in order.', 1),
  },
  'First deliveries follow the stream sequence, and the messages of each publisher the order of publishing.',
);
type Options = Static<typeof schema>;

export const ordered: Checker<typeof schema> = {
  kind: 'ordered',
  summary: 'First deliveries follow stream sequence, and per publisher the order of publishing',
  schema,
  check(history, { received }: Options) {
    const judge = new Judge('ordered', received.join(', '));
    const unordered = withoutPlace(history.publishes);
    judge.count('leftOut', unordered.size);
    const streams = new Set<string>();
    for (const workload of received) {
      const first = firstDeliveries(history.deliveries, workload);
      if (first.length === 0) judge.doubt(`${workload} received nothing`);
      judge.count('firstDeliveries', first.length);
      judgeSequence(first, judge);
      judgePublishers(first, unordered, judge, (event) => ({
        consumer: event.consumer,
        by: `to ${workload}`,
      }));
      const target = targetOf(history, workload);
      if (target !== undefined) streams.add(streamOf(target));
    }
    for (const stream of streams) {
      wholeStream(history, stream, judge);
      judgePublishers(storedIn(history, stream), unordered, judge, () => ({ stream, by: `in ${stream}` }));
    }
    const left =
      unordered.size === 0 ? '' : `; ${unordered.size} sent again or over a lost connection left out`;
    return judge.finding({
      passed: `${judge.counted('firstDeliveries')} first deliveries follow stream sequence and the order of publishing${left}`,
      failed: (violations) => `${violations} out of order`,
    });
  },
};

/**
 * Messages that no order can be asked of: sent more than once, without an answer, or in flight while the
 * connection was lost, so that they may have overtaken, or been overtaken by, what came after.
 */
function withoutPlace(publishes: readonly PublishEvent[]): Set<string> {
  const ids = publishes
    .filter((event) => event.attempts > 1 || event.outcome !== 'ok' || event.crossedReconnect === true)
    .map(({ id }) => id);
  return new Set(ids);
}

/** Deliveries that are the first by the server's count, and of their sequence here; in the order they came. */
function firstDeliveries(deliveries: readonly DeliverEvent[], workload: string): DeliverEvent[] {
  const seen = new Set<number>();
  return deliveries.filter((event) => {
    if (event.workload !== workload || seen.has(event.seq)) return false;
    seen.add(event.seq);
    return event.deliveries === 1;
  });
}

function judgeSequence(first: readonly DeliverEvent[], judge: Judge): void {
  let highest = 0;
  for (const { seq, consumer, workload } of first) {
    if (seq < highest) {
      const text = `sequence ${seq} was delivered to ${workload} after ${highest}`;
      judge.violation('againstSequence', { consumer, seq, text });
    }
    highest = Math.max(highest, seq);
  }
}

function judgePublishers<E extends DeliverEvent | StoredEvent>(
  events: readonly E[],
  unordered: ReadonlySet<string>,
  judge: Judge,
  where: (event: E) => { stream?: string; consumer?: string; by: string },
): void {
  const highest = new Map<string, number>();
  for (const event of events) {
    const { id, seq } = event;
    if (id === null || unordered.has(id)) continue;
    const { publisher, n } = publisherOf(id);
    const last = highest.get(publisher) ?? 0;
    if (n < last) {
      const { by, ...place } = where(event);
      const text = `sequence ${seq} ${by} is message ${n} of ${publisher}, after its message ${last}`;
      judge.violation('againstPublishing', { ...place, seq, id, text });
    }
    highest.set(publisher, Math.max(last, n));
  }
}
