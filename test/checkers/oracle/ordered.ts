import { strictObject, Type, type Static } from '../../../src/support/schema.ts';
import type { DeliverEvent, StoredEvent } from '../../../src/history/events.ts';
import type { History } from './reader.ts';
import type { Checker } from './checker.ts';
import { publisherOf, storedIn, targetOf, wholeStream } from './evidence.ts';
import { streamOf } from '../../../src/support/stream-of.ts';
import { receivedField } from '../../../src/checkers/fields.ts';
import { Judge, plural } from './judge.ts';
import { howMuch, kindsLeftOut, leaveOut } from './left-out.ts';

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
  proof:
    'Needs first deliveries of every workload that it names, and their streams read to the end; messages that were sent again or over a lost connection, and deliveries that stand for one that never arrived, are left out and counted. Where a workload received nothing, it is inconclusive.',
  example: '{ kind: ordered, received: [consume] }',
  schema,
  check(history, { received }: Options) {
    const judge = new Judge('ordered', received.join(', '));
    const left = leaveOut(publishesOf(history, received), judge);
    const streams = new Set<string>();
    for (const workload of received) {
      const first = firstDeliveries(history.deliveries, workload);
      const delivered = history.deliveries.filter((event) => event.workload === workload);
      for (const event of delivered) if (event.deliveries === 0) judge.count('resent');
      if (delivered.length === 0) judge.inconclusive(`${workload} received nothing`);
      else if (first.length === 0) judge.inconclusive(`${workload} received nothing for the first time`);
      // A single message has no order.
      else if (first.length === 1) judge.inconclusive(`${workload} received one message, which has no order`);
      judge.count('firstDeliveries', first.length);
      judgeSequence(first, judge);
      judgePublishers(first, left.ids, judge, (event) => ({
        consumer: event.consumer,
        by: `to ${workload}`,
      }));
      const target = targetOf(history, workload);
      if (target !== undefined) streams.add(streamOf(target));
    }
    for (const stream of streams) {
      wholeStream(history, stream, judge);
      judgePublishers(storedIn(history, stream), left.ids, judge, () => ({ stream, by: `in ${stream}` }));
    }
    if (left.acknowledged > 0 && left.judged === 0)
      judge.inconclusive(
        `none of ${plural(left.acknowledged, 'acknowledged message')} has a place in the order (${kindsLeftOut(judge)})`,
      );
    const kinds = kindsLeftOut(judge);
    const rest = kinds === '' ? '' : `; left out: ${kinds}`;
    const what =
      left.acknowledged === 0
        ? ', and no message of a publisher of this run is among them'
        : ' and the order of publishing';
    return judge.finding({
      passed: `${howMuch(left)}${judge.counted('firstDeliveries')} first deliveries follow stream sequence${what}${rest}`,
      failed: (violations) => `${howMuch(left)}${violations} out of order`,
    });
  },
};

/** All publishes of the workloads whose messages are in the judged streams, or were delivered from them. */
function publishesOf(history: History, received: readonly string[]) {
  const streams = new Set(received.map((workload) => streamOf(targetOf(history, workload) ?? '')));
  const ids = [
    ...history.stored.filter(({ stream }) => streams.has(stream)).map(({ id }) => id),
    ...history.deliveries.filter(({ workload }) => received.includes(workload)).map(({ id }) => id),
  ];
  const publishers = new Set(ids.flatMap((id) => (id === null ? [] : [publisherOf(id).publisher])));
  return history.publishes.filter(({ workload }) => publishers.has(workload));
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
